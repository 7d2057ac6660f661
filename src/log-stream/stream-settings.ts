// What a request may say of a log stream, and the stream that comes of it. Called by log-stream-api.ts.
import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { randomAlphanumeric } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import { LOG_CATEGORIES } from '../log/log-category.ts';
import { type LogStream, STREAM_FORMATS, type StreamFormat, type StreamHeader } from './log-stream.ts';
import { SIGNING_SECRET_PREFIX } from './webhook-message.ts';

const MOST_HEADERS = 20;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,4096}$/;
/** Security: these decide where a message ends, whom it is for and who sent it. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive'],
  ...['proxy-authorization', 'proxy-connection', 'accept', 'content-type', 'authorization'],
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
]);

export const STREAM_MEMBERS = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  filters: Type.Array(
    Type.Object(
      { type: Type.Literal('category'), name: Type.Union(LOG_CATEGORIES.map((name) => Type.Literal(name))) },
      { additionalProperties: false },
    ),
    { maxItems: 100, description: 'Which categories of events are sent; all without any.' },
  ),
  sink: Type.Object(
    {
      httpEndpoint: Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description: 'An `https:` address.' })),
      httpContentType: Type.Optional(
        Type.String({ pattern: '^[\\w!#$&^.+-]+/[\\w!#$&^.+-]+(; ?[\\w-]+=[\\w-]+)*$', maxLength: 128 }),
      ),
      httpContentFormat: Type.Optional(
        Type.Union(
          STREAM_FORMATS.map((format) => Type.Literal(format)),
          { description: 'Default `JSONLINES`; with `JSONOBJECT` each event is a request of its own.' },
        ),
      ),
      httpAuthorization: Type.Optional(
        Type.String({ maxLength: 4096, description: 'The `Authorization` header; empty for none. Never told again.' }),
      ),
      httpCustomHeaders: Type.Optional(
        Type.Array(
          Type.Object(
            { header: Type.String({ maxLength: 100 }), value: Type.String({ maxLength: 4096 }) },
            { additionalProperties: false },
          ),
          { maxItems: MOST_HEADERS, description: 'Headers beside it. The values are never told again.' },
        ),
      ),
    },
    // Sinks of other types have other members, and those types are refused by name.
    { additionalProperties: true },
  ),
};

const Sink = STREAM_MEMBERS.sink;

/** A wish that cannot be fulfilled; the words name the property. */
export interface Problem {
  readonly problem: string;
}

/** A new stream without its settings. */
export function newStream(name: string, startFrom: number | null, now: number): LogStream {
  return {
    ...{ id: `lst_${randomAlphanumeric(16)}`, name, status: 'active', categories: [], startFrom, createdAt: now },
    ...{ endpoint: '', contentType: 'application/json', contentFormat: 'JSONLINES', authorization: null, headers: [] },
    signingSecret: new Secret(`${SIGNING_SECRET_PREFIX}${randomBytes(32).toString('base64')}`),
  };
}

/** The stream with these settings of its sink; members that are not named stay. */
export function withSink(stream: LogStream, sink: Static<typeof Sink>): LogStream | Problem {
  const unknown = Object.keys(sink).find((name) => !(name in Sink.properties));
  if (unknown !== undefined) {
    return { problem: `'Additional properties not allowed: ${unknown.slice(0, 100)}' on property sink` };
  }
  const { httpEndpoint, httpContentType, httpContentFormat, httpAuthorization, httpCustomHeaders } = sink;
  const endpoint = httpEndpoint ?? stream.endpoint;
  if (endpoint === '') return { problem: "'Missing required property: httpEndpoint' on property sink" };
  const host = hostOf(endpoint);
  if (host === null) {
    return { problem: "'Only https: addresses without credentials are sent to' on property sink.httpEndpoint" };
  }
  const headers = httpCustomHeaders && readHeaders(httpCustomHeaders);
  if (headers && 'problem' in headers) return headers;
  if (httpAuthorization !== undefined && httpAuthorization !== '' && !HEADER_VALUE.test(httpAuthorization)) {
    return { problem: "'The value does not fit into a header' on property sink.httpAuthorization" };
  }
  // Security: what is secret goes to the host that it was given for, and to no other one.
  const isMoved = stream.endpoint !== '' && hostOf(stream.endpoint) !== host;
  if (isMoved && stream.authorization !== null && httpAuthorization === undefined) {
    return { problem: "'Another host needs the value again' on property sink.httpAuthorization" };
  }
  if (isMoved && stream.headers.length > 0 && headers === undefined) {
    return { problem: "'Another host needs the values again' on property sink.httpCustomHeaders" };
  }
  return {
    ...stream,
    endpoint,
    contentType: httpContentType ?? stream.contentType,
    contentFormat: (httpContentFormat as StreamFormat | undefined) ?? stream.contentFormat,
    authorization:
      httpAuthorization === undefined ? stream.authorization : httpAuthorization ? new Secret(httpAuthorization) : null,
    headers: headers ?? stream.headers,
  };
}

/** Host and port; null for an address that is not sent to. */
function hostOf(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '') return null;
  return url.host;
}

function readHeaders(given: readonly { header: string; value: string }[]): readonly StreamHeader[] | Problem {
  const property = 'on property sink.httpCustomHeaders';
  const names = given.map(({ header }) => header.toLowerCase());
  if (new Set(names).size !== names.length) return { problem: `'A header is given twice' ${property}` };
  const own = names.find((name) => OWN_HEADERS.has(name));
  if (own !== undefined) return { problem: `'The header ${own} cannot be set here' ${property}` };
  const isMalformed = given.some(({ header, value }) => !HEADER_NAME.test(header) || !HEADER_VALUE.test(value));
  if (isMalformed) return { problem: `'A header is malformed' ${property}` };
  return given.map(({ header, value }) => ({ header, value: new Secret(value) }));
}

/** The sink as answers show it: names of headers, and nothing that is secret. */
export function showSink({ endpoint, contentType, contentFormat, headers }: LogStream): object {
  return {
    ...{ httpEndpoint: endpoint, httpContentType: contentType, httpContentFormat: contentFormat },
    ...(headers.length === 0 ? {} : { httpCustomHeaders: headers.map(({ header }) => ({ header })) }),
  };
}

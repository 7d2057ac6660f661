// One HTTP request to a real port, under any Host header. (fetch chooses that header itself.)
import { type Agent, type IncomingHttpHeaders, request as requestInTheClear } from 'node:http';
import { request as requestOverTls } from 'node:https';

interface Message {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly json?: object;
  readonly agent?: Agent;
  /** The authority whose server is asked, over TLS, by the name localhost; in the clear when left out. */
  readonly authority?: string;
  /** The address of loopback to ask from. */
  readonly localAddress?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json<T = Record<string, unknown>>(): T;
}

/** Resolves when the answer is there to its last byte; rejects when the connection broke before. */
export function exchange(message: Message): Promise<Answer> {
  const { port, path, method, headers = {}, json, agent, authority, localAddress } = message;
  const request = authority === undefined ? requestInTheClear : requestOverTls;
  const body = json === undefined ? undefined : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
        ...(agent === undefined ? {} : { agent }),
        ...(localAddress === undefined ? {} : { localAddress }),
        ...(authority === undefined ? {} : { ca: authority, servername: 'localhost' }),
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.once('error', reject);
        incoming.once('end', () => {
          const { statusCode = 0, headers: received } = incoming;
          resolve({ status: statusCode, headers: received, text, json: <T>() => JSON.parse(text) as T });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

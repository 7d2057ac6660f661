// Whatever the bytes are: the parsers of this server answer with what they read or with a refusal, and with nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { readClientProof } from '../../src/client/client-proof.ts';
import { OAuthError } from '../../src/error/oauth-error.ts';
import type { PhaseRecorder } from '../../src/grant/phase-recorder.ts';
import { type Arrival, KNOWN_PARAMETERS, readTokenRequest } from '../../src/grant/token-request.ts';
import { readParameters } from '../../src/http/request-body.ts';
import { readAuth0Client } from '../../src/oauth/telemetry-header.ts';
import { grantScope, parseScope } from '../../src/resource-server/scope-policy.ts';
import { EACH_INPUT } from '../support/arbitrary-text.ts';
import { get, postRaw } from '../support/injected-request.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

/** What the work gives, or null when it refuses; any other error fails the test. */
function orRefusal<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof OAuthError) {
      assert.ok(error.status >= 400 && error.status < 500);
      // RFC 6749 5.2: printable ASCII without quotes and backslashes, but for the quotes of our own sentences.
      assert.match(error.description, /^[\x20-\x7e]*$/);
      return null;
    }
    throw error;
  }
}

const json = fc.json({ maxDepth: 6 });
const name = fc.oneof(fc.constantFrom(...KNOWN_PARAMETERS, '__proto__', 'constructor', ''), fc.string());
const anyText = fc.string({ unit: 'binary' });
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  anyText.map((text) => Buffer.from(text)),
  json.map((text) => Buffer.from(text)),
  fc.dictionary(name, fc.jsonValue()).map((object) => Buffer.from(JSON.stringify(object))),
  // JSON that was cut, or that has something in the middle.
  fc
    .tuple(json, fc.nat(100), anyText)
    .map(([text, at, extra]) => Buffer.from(text.slice(0, at) + extra + text.slice(at))),
  fc.array(fc.tuple(name, anyText)).map((pairs) => Buffer.from(new URLSearchParams(pairs).toString())),
);
const contentType = fc.oneof(
  fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-8',
    undefined,
  ),
  anyText,
);

test('bodies of any bytes and media types are read or refused', () => {
  fc.assert(
    fc.property(contentType, fc.option(anyText, { nil: undefined }), bytes, (type, encoding, body) => {
      const parameters = orRefusal(() =>
        readParameters({ contentType: type, contentEncoding: encoding, bytes: body }, KNOWN_PARAMETERS),
      );
      for (const [key, value] of parameters ?? []) {
        assert.ok(KNOWN_PARAMETERS.has(key));
        assert.equal(typeof value, 'string');
        assert.notEqual(value, '');
      }
    }),
    EACH_INPUT,
  );
});

test('what JSON.parse reads as an object of texts is read as the same texts', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...KNOWN_PARAMETERS), text),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (known, unknown) => {
        const others = Object.entries(unknown).filter(([key]) => !KNOWN_PARAMETERS.has(key));
        const body = Buffer.from(JSON.stringify({ ...Object.fromEntries(others), ...known }));
        const parameters = readParameters(
          { contentType: 'application/json', contentEncoding: undefined, bytes: body },
          KNOWN_PARAMETERS,
        );
        assert.deepEqual(parameters, new Map(Object.entries(known)));
      },
    ),
    { numRuns: 500 },
  );
});

test('what URLSearchParams writes is read as the same texts', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...KNOWN_PARAMETERS), text, { minKeys: 1 }), (known) => {
      const body = Buffer.from(new URLSearchParams(known).toString());
      const type = 'application/x-www-form-urlencoded';
      const parameters = readParameters(
        { contentType: type, contentEncoding: undefined, bytes: body },
        KNOWN_PARAMETERS,
      );
      assert.deepEqual(parameters, new Map(Object.entries(known)));
    }),
    { numRuns: 500 },
  );
});

const header = fc.oneof(
  anyText,
  anyText.map((text) => `Basic ${text}`),
  fc
    .tuple(fc.constantFrom('Basic ', 'basic  ', 'BASIC\t', 'Basic'), anyText)
    .map(([scheme, text]) => scheme + Buffer.from(text).toString('base64')),
  fc.tuple(anyText, anyText).map(([id, secret]) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
);
const nullable = fc.option(anyText);

test('Authorization headers of any text are read or refused', () => {
  fc.assert(
    fc.property(
      fc.option(header, { nil: undefined }),
      fc.record({ clientId: nullable, clientSecret: nullable, assertion: nullable, assertionType: nullable }),
      (authorization, body) => {
        const read = orRefusal(() => readClientProof(authorization, body));
        assert.ok(read === null || read.clientId === null || typeof read.clientId === 'string');
      },
    ),
    EACH_INPUT,
  );
});

test('token requests of any parameters are typed or refused', () => {
  const parameters = fc.array(
    fc.tuple(
      fc.constantFrom(...KNOWN_PARAMETERS),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1200, size: 'max' }),
    ),
  );
  fc.assert(
    fc.property(parameters, fc.option(header, { nil: undefined }), (pairs, authorization) => {
      const request = orRefusal(() =>
        readTokenRequest({} as Arrival, {} as PhaseRecorder, authorization, new Map(pairs)),
      );
      assert.ok(request === null || Buffer.byteLength(request.username ?? '') <= 320);
    }),
    { numRuns: 500 },
  );
});

test('scopes of any text become a list without repeats, blanks or what was not offered', () => {
  const scope = fc.oneof(
    anyText,
    fc.array(fc.constantFrom('openid', 'profile', 'a', 'b', '', ' ')).map((list) => list.join(' ')),
  );
  fc.assert(
    fc.property(scope, fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))), (text, offered) => {
      const requested = parseScope(text);
      assert.equal(new Set(requested).size, requested.length);
      assert.ok(requested.every((token) => token !== '' && !token.includes(' ')));
      const granted = grantScope(requested, offered);
      assert.equal(new Set(granted).size, granted.length);
      const known = new Set(['openid', 'profile', 'email', 'address', 'phone', ...(offered ?? [])]);
      assert.ok(granted.every((token) => known.has(token)));
    }),
    EACH_INPUT,
  );
});

test('Auth0-Client headers of any text give an object or nothing, and can be logged', () => {
  const telemetry = fc.oneof(
    anyText,
    json.map((text) => Buffer.from(text).toString('base64')),
  );
  fc.assert(
    fc.property(telemetry, (text) => {
      const read = readAuth0Client(text);
      assert.ok(read === null || (typeof read === 'object' && !Array.isArray(read)));
      JSON.stringify(read);
    }),
    EACH_INPUT,
  );
});

// Node gives header values as Latin-1, without line ends and NUL.
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 80,
});

test('Bearer headers of any text are answered 401 at userinfo', async () => {
  await fc.assert(
    fc.asyncProperty(
      headerText,
      fc.constantFrom('', 'Bearer ', 'bearer gho_1_', 'Bearer a.b.'),
      async (text, start) => {
        assert.equal((await get(server, '/userinfo', { authorization: start + text })).statusCode, 401);
      },
    ),
    { numRuns: 200 },
  );
});

test('requests of any bytes and headers are answered with a refusal that is JSON', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, headerText, headerText, contentType, async (body, agent, telemetry, type) => {
      const answer = await postRaw(server, body, {
        'user-agent': agent,
        'auth0-client': telemetry,
        'content-type': (type ?? '').replace(/[^\x20-\x7e]/g, ''),
      });
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body);
      assert.deepEqual(Object.keys(answer.json<object>()), ['error', 'error_description']);
    }),
    { numRuns: 300 },
  );
});

// The refusals of the token endpoint that client code depends on: status, body to the byte, headers, and the log event.
// What concerns connections and audiences is in connection-errors.test.ts and audience-errors.test.ts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basic, postRaw } from '../support/injected-request.ts';
import { assertLogged, assertRefused, eventOf, type Refusal, WRONG_CREDENTIALS } from '../support/refusal.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  BASIC_CLIENT,
  PASSWORD,
  REALM_GRANT,
  SEED_REQUEST,
  USER,
} from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

interface Row {
  readonly name: string;
  /** Changes to the request of the article; undefined takes a parameter away. */
  readonly request: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly refusal: Refusal;
  /** Type and reason of the log event. */
  readonly log: readonly [type: string, reason: string];
  readonly challenge?: string;
}

const UNAUTHORIZED: Refusal = [401, 'access_denied', 'Unauthorized'];
const BASIC_CHALLENGE = 'Basic realm="oauth"';
const notAllowed = (grant: string): Refusal => [
  403,
  'unauthorized_client',
  `Grant type '${grant}' not allowed for the client.`,
];
const missing = (name: string): Refusal => [400, 'invalid_request', `Missing required parameter: ${name}`];

const ROWS: readonly Row[] = [
  {
    name: 'no grant_type',
    request: { grant_type: undefined },
    refusal: missing('grant_type'),
    log: ['f', 'missing-parameter'],
  },
  {
    name: 'an unknown grant type',
    request: { grant_type: 'magic' },
    refusal: [400, 'unsupported_grant_type', 'Unsupported grant type: magic'],
    log: ['f', 'unsupported-grant-type'],
  },
  {
    name: 'a grant type that is no printable ASCII, shown with question marks',
    request: { grant_type: 'a"b\\c\r\nd\u202ee' },
    refusal: [400, 'unsupported_grant_type', 'Unsupported grant type: a?b?c??d?e'],
    log: ['f', 'unsupported-grant-type'],
  },
  {
    name: 'no username',
    request: { username: undefined },
    refusal: missing('username'),
    log: ['fepft', 'missing-parameter'],
  },
  {
    name: 'no password',
    request: { password: undefined },
    refusal: missing('password'),
    log: ['fepft', 'missing-parameter'],
  },
  {
    name: 'no client_id',
    request: { client_id: undefined },
    refusal: [401, 'invalid_client', 'Missing required parameter: client_id'],
    log: ['fepft', 'missing-client-id'],
  },
  {
    name: 'an unknown client',
    request: { client_id: 'Nobody' },
    refusal: UNAUTHORIZED,
    log: ['fepft', 'unknown-client'],
  },
  {
    name: 'no client secret',
    request: { client_id: BACKEND_CLIENT },
    refusal: UNAUTHORIZED,
    log: ['fepft', 'missing-client-secret'],
  },
  {
    name: 'a wrong client secret',
    request: { client_id: BACKEND_CLIENT, client_secret: 'wrong' },
    refusal: UNAUTHORIZED,
    log: ['fepft', 'wrong-client-secret'],
  },
  {
    name: 'a wrong client secret in a Basic header',
    request: { client_id: undefined },
    headers: { authorization: basic(BASIC_CLIENT, 'wrong') },
    refusal: UNAUTHORIZED,
    log: ['fepft', 'wrong-client-secret'],
    challenge: BASIC_CHALLENGE,
  },
  {
    name: 'an unknown client in a Basic header',
    request: { client_id: undefined },
    headers: { authorization: basic('Nobody', 'wrong') },
    refusal: UNAUTHORIZED,
    log: ['fepft', 'unknown-client'],
    challenge: BASIC_CHALLENGE,
  },
  {
    name: 'a Basic header that is no base64',
    request: {},
    headers: { authorization: 'Basic !!!' },
    refusal: UNAUTHORIZED,
    log: ['f', 'malformed-basic'],
    challenge: BASIC_CHALLENGE,
  },
  {
    name: 'client credentials in the header and in the body',
    request: { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET },
    headers: { authorization: basic(BACKEND_CLIENT, BACKEND_SECRET) },
    refusal: [400, 'invalid_request', 'Only one client authentication method may be used'],
    log: ['f', 'two-client-proofs'],
  },
  {
    name: 'one client in the header and another in the body',
    request: { client_id: BACKEND_CLIENT },
    headers: { authorization: basic(BASIC_CLIENT, 'wrong') },
    refusal: [400, 'invalid_request', 'Only one client authentication method may be used'],
    log: ['f', 'two-client-proofs'],
  },
  {
    name: 'the password grant of a client that has no grants',
    request: { client_id: 'WithoutGrant' },
    refusal: notAllowed('password'),
    log: ['fepft', 'grant-not-enabled'],
  },
  {
    name: 'the password-realm grant of a client that has no grants',
    request: { client_id: 'WithoutGrant', grant_type: REALM_GRANT, realm: 'any' },
    refusal: notAllowed('http://auth0.com/oauth/grant-type/password-realm'),
    log: ['fepft', 'grant-not-enabled'],
  },
  {
    name: 'the password grant of a third-party client',
    request: { client_id: 'ThirdParty' },
    refusal: notAllowed('password'),
    log: ['fepft', 'third-party-client'],
  },
  {
    name: 'a wrong password',
    request: { password: 'wrong' },
    refusal: WRONG_CREDENTIALS,
    log: ['fp', 'wrong-password'],
  },
  {
    name: 'an unknown user',
    request: { username: 'nobody@example.com' },
    refusal: WRONG_CREDENTIALS,
    log: ['fu', 'unknown-user'],
  },
  {
    name: 'a blocked user with the right password',
    request: { username: 'blocked@example.com' },
    refusal: [403, 'unauthorized', 'user is blocked'],
    log: ['fepft', 'user-blocked'],
  },
  {
    name: 'a parameter that is no string',
    request: { scope: ['read:sample'] },
    refusal: [400, 'invalid_request', 'Parameter scope must be a string'],
    log: ['f', 'malformed'],
  },
  {
    name: 'a parameter that is too long',
    request: { username: 'a'.repeat(321) },
    refusal: [400, 'invalid_request', 'username is too long'],
    log: ['f', 'over-limit'],
  },
];

for (const { name, request, headers = {}, refusal, log, challenge } of ROWS) {
  test(`${name} is answered ${refusal[0]} ${refusal[1]}`, async () => {
    const answer = await server.token({ ...SEED_REQUEST, ...request }, headers);
    assertRefused(answer, refusal);
    assert.equal(answer.headers['www-authenticate'], challenge);
    await assertLogged(server, answer, ...log);
  });
}

const BODIES: ReadonlyArray<readonly [name: string, body: string | Buffer, description: string]> = [
  ['a body that is no JSON', '{"grant_type":"password"', 'The body is not valid JSON'],
  ['an empty JSON body', '', 'The body is not valid JSON'],
  ['JSON with a comment', '{/**/}', 'The body is not valid JSON'],
  ['a JSON array', '[]', 'The body must be a JSON object'],
  ['a JSON text', '"grant_type=password"', 'The body must be a JSON object'],
  ['JSON null', 'null', 'The body must be a JSON object'],
  ['a body that is no UTF-8', Buffer.from('{"grant_type":"\xff"}', 'latin1'), 'The body is not valid UTF-8'],
];

for (const [name, body, description] of BODIES) {
  test(`${name} is answered 400 invalid_request`, async () => {
    const answer = await postRaw(server, body, { 'content-type': 'application/json' });
    assertRefused(answer, [400, 'invalid_request', description]);
    await assertLogged(server, answer, 'f', 'malformed');
  });
}

test('a body of another media type is answered 415 invalid_request', async () => {
  const answer = await postRaw(server, JSON.stringify(SEED_REQUEST), { 'content-type': 'application/xml' });
  const words = 'The body must be application/json or application/x-www-form-urlencoded';
  assertRefused(answer, [415, 'invalid_request', words]);
  await assertLogged(server, answer, 'f', 'media-type');
});

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const) {
  test(`${method} of the token endpoint is answered 405 method_not_allowed`, async () => {
    const answer = await server.app.server.inject({ method, url: '/oauth/token', headers: { host: HOST } });
    assert.equal(answer.headers['allow'], 'POST, OPTIONS');
    if (method === 'HEAD') assert.equal(answer.statusCode, 405);
    else assertRefused(answer, [405, 'method_not_allowed', 'Method Not Allowed']);
  });
}

test('the event of a refused blocked user names the user, the client and the connection', async () => {
  const event = await eventOf(server, await server.token({ ...SEED_REQUEST, username: 'blocked@example.com' }));
  assert.match(String(event['user_id']), /^auth0\|[0-9a-f]{24}$/);
  assert.equal(event['client_name'], 'CLI');
  assert.equal(event['connection'], 'Username-Password-Authentication');
});

test('the right credentials of the other rows are right', async () => {
  const answer = await server.token({ ...SEED_REQUEST, username: USER, password: PASSWORD });
  assert.equal(answer.statusCode, 200);
});

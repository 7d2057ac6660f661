// Audiences that a token cannot be for: unknown ones, and APIs whose policy keeps this client out. Told only to somebody
// who knows the password.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokensFor } from '../support/injected-request.ts';
import { assertLogged, assertRefused, eventOf, type Refusal, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SAMPLE_TENANT, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const GRANTED_API = 'https://granted.example.com/';
const OPEN_API = 'https://open.example.com/';
const CLOSED_API = 'https://closed.example.com/';
const SCOPES = [{ value: 'read:x' }, { value: 'write:x' }, { value: 'delete:x' }];
const apiOf = (identifier: string, policy: string) => ({
  identifier,
  scopes: SCOPES,
  subject_type_authorization: { user: { policy } },
});

const TENANT = {
  ...SAMPLE_TENANT,
  resourceServers: [
    ...SAMPLE_TENANT.resourceServers,
    apiOf(GRANTED_API, 'require_client_grant'),
    apiOf(OPEN_API, 'allow_all'),
    apiOf(CLOSED_API, 'deny_all'),
  ],
  clientGrants: [
    { client_id: 'Backend', audience: GRANTED_API, subject_type: 'user', scope: ['delete:x', 'read:x'] },
    { client_id: 'Backend', audience: CLOSED_API, subject_type: 'user', scope: ['read:x'] },
  ],
};

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT });
});
after(() => server.close());

const BACKEND = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, scope: undefined };
const grantMissing = (audience: string): Refusal => [
  403,
  'access_denied',
  `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API.`,
];

const REFUSED: ReadonlyArray<readonly [name: string, request: Record<string, unknown>, Refusal, reason: string]> = [
  [
    'an unknown audience',
    { ...SEED_REQUEST, audience: 'https://unknown.example.com' },
    [403, 'access_denied', 'Service not found: https://unknown.example.com'],
    'audience',
  ],
  [
    'an audience that differs by its last slash',
    { ...SEED_REQUEST, audience: `${SEED_REQUEST.audience}/` },
    [403, 'access_denied', `Service not found: ${SEED_REQUEST.audience}/`],
    'audience',
  ],
  [
    'the name under which the Management API is stored, which is no audience',
    { ...SEED_REQUEST, audience: 'urn:gatehouse:management-api' },
    [403, 'access_denied', 'Service not found: urn:gatehouse:management-api'],
    'audience',
  ],
  [
    'an audience that is no printable ASCII, shown with question marks',
    { ...SEED_REQUEST, audience: 'https://ex\u0430mple.com/\u001b[31m"' },
    [403, 'access_denied', 'Service not found: https://ex?mple.com/?[31m?'],
    'audience',
  ],
  [
    'an API that wants a client grant, for a client that has none',
    { ...SEED_REQUEST, audience: GRANTED_API },
    grantMissing(GRANTED_API),
    'client-grant',
  ],
  [
    'an API that no client may use, whatever its client grant says',
    { ...BACKEND, audience: CLOSED_API },
    grantMissing(CLOSED_API),
    'client-grant',
  ],
];

for (const [name, request, refusal, reason] of REFUSED) {
  test(`${name} is answered 403 access_denied, and only after the right password`, async () => {
    const answer = await server.token(request);
    assertRefused(answer, refusal);
    await assertLogged(server, answer, 'fepft', reason);
    const event = await eventOf(server, answer);
    assert.equal(event['user_id'], USER_ID);

    const wrong = await server.token({ ...request, password: 'wrong' });
    assertRefused(wrong, WRONG_CREDENTIALS);
    await assertLogged(server, wrong, 'fp', 'wrong-password');
  });
}

const GRANTED: ReadonlyArray<readonly [name: string, scope: string | undefined, granted: string | undefined]> = [
  [
    'no scope gives what the client grant and the API have in common, in the order of the API',
    undefined,
    'read:x delete:x',
  ],
  ['scopes outside the client grant are dropped', 'write:x read:x', 'read:x'],
  ['only scopes outside the client grant give none', 'write:x', undefined],
  ['openid is not limited by the client grant', 'openid profile read:x', 'openid profile read:x'],
];

for (const [name, scope, granted] of GRANTED) {
  test(`with a client grant ${name} [T-25]`, async () => {
    const { scope: given } = await tokensFor(server, { ...BACKEND, audience: GRANTED_API, scope });
    assert.equal(given, granted);
  });
}

test('an API with the policy allow_all asks for no client grant', async () => {
  const { scope } = await tokensFor(server, { ...BACKEND, audience: OPEN_API });
  assert.equal(scope, 'read:x write:x delete:x');
});

test('a client grant that is given takes effect at the next request', async () => {
  const request = { ...SEED_REQUEST, audience: GRANTED_API, scope: undefined };
  assert.equal((await server.token(request)).statusCode, 403);
  const grant = { client_id: 'CLI', audience: GRANTED_API, subject_type: 'user', scope: ['write:x'] };
  await server.apply({ ...TENANT, clientGrants: [grant] });
  assert.equal((await tokensFor(server, request)).scope, 'write:x');
});

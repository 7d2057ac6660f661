// A client that proves itself by a signed assertion (RFC 7523): what counts as proof, and that it counts once.
import assert from 'node:assert/strict';
import { createHmac, randomUUID, X509Certificate } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { UnsecuredJWT } from 'jose';
import { generateSigningKey } from '../../src/key/generate-key.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { basic, get, postForm } from '../support/injected-request.ts';
import {
  assertionClaims,
  assertionRequest,
  FIRST_KEY,
  KEY_MACHINE,
  MACHINE,
  MACHINE_SECRET,
  MACHINE_TENANT,
  makeKeyPair,
  privateKeyJwt,
  publicKeyEntry,
  SECOND_KEY,
  signAssertion,
} from '../support/machine-tenant.ts';
import { assertLogged, assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import { API, PASSWORD, REALM_GRANT, SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: MACHINE_TENANT });
});
after(() => server.close());
// Long enough that the failures of one test are forgiven in the next.
beforeEach(() => server.clock.advance(20 * 60_000));

const UNAUTHORIZED: Refusal = [401, 'access_denied', 'Unauthorized'];
const STRANGER = makeKeyPair();

const ACCEPTED: readonly [string, Parameters<typeof signAssertion>[1]][] = [
  ['the issuer with its slash as audience, as Auth0’s libraries send it', {}],
  ['the address of the token endpoint as audience', { claims: { aud: `${ISSUER}oauth/token` } }],
  ['a list of audiences with the issuer in it', { claims: { aud: ['https://other.example.test/', ISSUER] } }],
  ['a kid of the client’s own', { header: { kid: 'my-key' } }],
  ['the typ JWT', { header: { typ: 'JWT' } }],
  ['the typ client-authentication+jwt', { header: { typ: 'client-authentication+jwt' } }],
  ['no iat', { claims: { iat: undefined } }],
  ['the second key with its own algorithm', { key: SECOND_KEY.privateKey, header: { alg: 'PS256' } }],
  ['a jti of 256 characters', { claims: { jti: 'j'.repeat(256) } }],
];

for (const [name, settings] of ACCEPTED) {
  test(`an assertion with ${name} is accepted`, async () => {
    const answer = await server.token(assertionRequest(await signAssertion(server, settings)));
    assert.equal(answer.statusCode, 200, answer.body);
    await assertLogged(server, answer, 'seccft', null);
  });
}

test('the assertion may come in a form and name the client alone', async () => {
  const { client_id: _, ...request } = assertionRequest(await signAssertion(server));
  const answer = await postForm(server, request as Record<string, string>);
  assert.equal(answer.statusCode, 200, answer.body);
  await assertLogged(server, answer, 'seccft', null);
});

test('an assertion may live five minutes and sixty seconds of leeway, and not a second longer [T-46, T-47]', async () => {
  const { iat } = assertionClaims(server);
  const tokenFor = async (exp: number) =>
    server.token(assertionRequest(await signAssertion(server, { claims: { exp } })));
  assert.equal((await tokenFor(iat + 360)).statusCode, 200);
  const answer = await tokenFor(iat + 361);
  assertRefused(answer, UNAUTHORIZED);
  await assertLogged(server, answer, 'feccft', 'assertion-lifetime');
  assert.equal((await tokenFor(iat - 59)).statusCode, 200);
  assertRefused(await tokenFor(iat - 60), UNAUTHORIZED);
});

test('an assertion issued in the future is refused, but for sixty seconds of leeway [T-46]', async () => {
  const { iat } = assertionClaims(server);
  const tokenFor = async (issuedAt: number) =>
    server.token(assertionRequest(await signAssertion(server, { claims: { iat: issuedAt } })));
  assert.equal((await tokenFor(iat + 60)).statusCode, 200);
  const answer = await tokenFor(iat + 61);
  assertRefused(answer, UNAUTHORIZED);
  await assertLogged(server, answer, 'feccft', 'assertion-issued-in-the-future');
});

const REFUSED: readonly [string, Parameters<typeof signAssertion>[1]][] = [
  ['another issuer', { claims: { iss: MACHINE } }],
  ['another subject', { claims: { sub: MACHINE } }],
  ['no issuer', { claims: { iss: undefined } }],
  ['no subject', { claims: { sub: undefined } }],
  ['no audience', { claims: { aud: undefined } }],
  ['the issuer without its slash', { claims: { aud: ISSUER.slice(0, -1) } }],
  ['the audience of another server', { claims: { aud: 'https://other.example.test/' } }],
  ['an API as audience', { claims: { aud: API } }],
  ['no exp', { claims: { exp: undefined } }],
  ['an exp that is no number', { claims: { exp: '2099-01-01' } }],
  ['a far exp', { claims: { exp: 4_102_444_800 } }],
  ['an iat that is no number', { claims: { iat: 'yesterday' } }],
  ['an nbf in the future', { claims: { nbf: 4_102_444_800 } }],
  ['no jti', { claims: { jti: undefined } }],
  ['an empty jti', { claims: { jti: '' } }],
  ['a jti that is no text', { claims: { jti: 7 } }],
  ['a jti of 257 characters', { claims: { jti: 'j'.repeat(257) } }],
  ['the key of a stranger', { key: STRANGER.privateKey }],
  ['the first key with the algorithm of the second', { header: { alg: 'PS256' } }],
  ['the second key with the algorithm of the first', { key: SECOND_KEY.privateKey }],
  ['an algorithm that no key has', { header: { alg: 'RS384' } }],
  ['the public key as an HS256 secret', { key: Buffer.from(FIRST_KEY.pem), header: { alg: 'HS256' } }],
  ['the typ of an access token', { header: { typ: 'at+jwt' } }],
];

for (const [name, settings] of REFUSED) {
  test(`an assertion with ${name} is refused like a wrong secret [T-47]`, async () => {
    const answer = await server.token(assertionRequest(await signAssertion(server, settings)));
    assertRefused(answer, UNAUTHORIZED);
    assert.equal(answer.headers['www-authenticate'], undefined);
  });
}

const MALFORMED: readonly [string, (assertion: string) => string][] = [
  ['a text that is no JWT', () => 'not-a-jwt'],
  ['two parts', (assertion) => assertion.split('.').slice(0, 2).join('.')],
  ['a changed payload', (assertion) => assertion.replace(/\.(.)/, (_, c: string) => (c === 'e' ? '.f' : '.e'))],
  ['a cut signature', (assertion) => assertion.slice(0, -8)],
  ['no signature', () => new UnsecuredJWT(assertionClaims(server)).encode()],
  ['an HMAC by hand', (assertion) => forgeHmac(assertion)],
];

function forgeHmac(assertion: string): string {
  const header = Buffer.from('{"alg":"HS256"}').toString('base64url');
  const signed = `${header}.${assertion.split('.')[1]}`;
  return `${signed}.${createHmac('sha256', FIRST_KEY.pem).update(signed).digest('base64url')}`;
}

for (const [name, damage] of MALFORMED) {
  test(`an assertion that is ${name} is refused, with and without a client_id [T-47]`, async () => {
    const request = assertionRequest(damage(await signAssertion(server)));
    assertRefused(await server.token(request), UNAUTHORIZED);
    assertRefused(await server.token({ ...request, client_id: null }), UNAUTHORIZED);
  });
}

for (const [name, change] of [
  ['another type of assertion', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ['no type', { client_assertion_type: null }],
  ['another client_id', { client_id: MACHINE }],
  ['an unknown client_id', { client_id: 'Nobody' }],
  ['no assertion', { client_assertion: null }],
] as const) {
  test(`a request with ${name} is refused like a wrong secret`, async () => {
    const answer = await server.token({ ...assertionRequest(await signAssertion(server)), ...change });
    assertRefused(answer, UNAUTHORIZED);
  });
}

test('an assertion that names an unknown client is answered like one with a wrong signature', async () => {
  const nobody = await signAssertion(server, { claims: { iss: 'Nobody', sub: 'Nobody' } });
  const forged = await signAssertion(server, { key: STRANGER.privateKey });
  const answers = [
    await server.token({ ...assertionRequest(nobody), client_id: null }),
    await server.token({ ...assertionRequest(forged), client_id: null }),
  ].map(comparable);
  assert.deepEqual(answers[0], answers[1]);
});

test('a client of assertions cannot come with a secret, and a client of secrets not with an assertion', async () => {
  const { client_assertion: _, ...without } = assertionRequest('');
  const secret = await server.token({ ...without, client_secret: MACHINE_SECRET });
  assertRefused(secret, UNAUTHORIZED);
  await assertLogged(server, secret, 'feccft', 'missing-client-assertion');
  const assertion = await signAssertion(server, { claims: { iss: MACHINE, sub: MACHINE } });
  const answer = await server.token({ ...assertionRequest(assertion), client_id: MACHINE });
  assertRefused(answer, UNAUTHORIZED);
  await assertLogged(server, answer, 'feccft', 'assertion-not-enabled');
});

test('an assertion beside a secret or a Basic header is one method too many', async () => {
  const request = assertionRequest(await signAssertion(server));
  const refusal: Refusal = [400, 'invalid_request', 'Only one client authentication method may be used'];
  assertRefused(await server.token({ ...request, client_secret: 'anything' }), refusal);
  assertRefused(await server.token(request, { authorization: basic(KEY_MACHINE, 'anything') }), refusal);
});

test('an assertion counts once [T-47]', async () => {
  const request = assertionRequest(await signAssertion(server));
  assert.equal((await server.token(request)).statusCode, 200);
  const answer = await server.token(request);
  assertRefused(answer, UNAUTHORIZED);
  await assertLogged(server, answer, 'feccft', 'assertion-replayed');
});

test('a jti counts once, whatever else the assertion says [T-47]', async () => {
  const jti = randomUUID();
  const tokenFor = async (settings: Parameters<typeof signAssertion>[1]) =>
    server.token(assertionRequest(await signAssertion(server, settings)));
  assert.equal((await tokenFor({ claims: { jti } })).statusCode, 200);
  assertRefused(await tokenFor({ claims: { jti, exp: assertionClaims(server).exp + 9 } }), UNAUTHORIZED);
  assertRefused(
    await tokenFor({ claims: { jti }, key: SECOND_KEY.privateKey, header: { alg: 'PS256' } }),
    UNAUTHORIZED,
  );
});

test('of twenty equal assertions at once one is accepted [T-47]', async () => {
  const request = assertionRequest(await signAssertion(server));
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.token(request)));
  const withStatus = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length;
  assert.deepEqual([withStatus(200), withStatus(401)], [1, 19]);
});

test('an assertion that was refused does not use up its jti', async () => {
  const jti = randomUUID();
  const forged = await signAssertion(server, { claims: { jti }, key: STRANGER.privateKey });
  assertRefused(await server.token(assertionRequest(forged)), UNAUTHORIZED);
  const right = await signAssertion(server, { claims: { jti } });
  assert.equal((await server.token(assertionRequest(right))).statusCode, 200);
});

test('used assertions are forgotten once they would be refused as expired [T-47]', async () => {
  const { id } = await sampleTenantOf(server);
  const { clientAssertions } = server.app.stores;
  const now = server.clock.now();
  for (let i = 0; i < 150; i += 1) await clientAssertions.spend(id, 'Old', `old-${i}`, { usableUntil: now, now });
  await clientAssertions.spend(id, 'Old', 'still-valid', { usableUntil: now + 1000, now });
  for (let i = 0; i < 100; i += 1)
    await clientAssertions.spend(id, 'New', `new-${i}`, { usableUntil: now + 1000, now });
  const rows = await server.ground.database.sql
    .selectFrom('client_assertions')
    .select('client_id')
    .where('client_id', 'in', ['Old', 'New'])
    .execute();
  const count = (clientId: string) => rows.filter((row) => row.client_id === clientId).length;
  assert.deepEqual([count('Old'), count('New')], [1, 100]);
  assert.equal(await clientAssertions.spend(id, 'Old', 'still-valid', { usableUntil: now + 1000, now }), false);
});

test('the password grants take an assertion in place of a secret', async () => {
  const [first, ...rest] = MACHINE_TENANT.databases;
  await server.apply({
    ...MACHINE_TENANT,
    clients: MACHINE_TENANT.clients.map((client) =>
      client.client_id === KEY_MACHINE ? { ...client, grant_types: ['password', REALM_GRANT] } : client,
    ),
    databases: [{ ...first, enabled_clients: ['Key machine'] }, ...rest],
  });
  const { grant_type: _, ...proof } = assertionRequest(await signAssertion(server));
  const answer = await server.token({ ...proof, grant_type: 'password', username: USER, password: PASSWORD });
  assert.equal(answer.statusCode, 200, answer.body);
  const again = await server.token({ ...proof, grant_type: 'password', username: USER, password: PASSWORD });
  assertRefused(again, UNAUTHORIZED);
  await assertLogged(server, again, 'fepft', 'assertion-replayed');
  await server.apply(MACHINE_TENANT);
});

test('a credential counts until its time is over, and a certificate is as good as a key', async () => {
  const now = server.clock.now();
  const { publicJwk, privateKey } = await generateSigningKey('RS256', 'machine.example.test', 'current', now);
  const certificate = new X509Certificate(Buffer.from(publicJwk.x5c[0] ?? '', 'base64')).toString();
  const expiresAt = new Date(now + 3_600_000).toISOString();
  await server.apply({
    ...SAMPLE_TENANT,
    clients: [
      {
        name: 'Key machine',
        client_id: KEY_MACHINE,
        grant_types: ['client_credentials'],
        client_authentication_methods: privateKeyJwt(publicKeyEntry(certificate, { expires_at: expiresAt })),
      },
    ],
  });
  const tokenFor = async () => server.token(assertionRequest(await signAssertion(server, { key: privateKey })));
  assert.equal((await tokenFor()).statusCode, 200);
  assertRefused(await server.token(assertionRequest(await signAssertion(server))), UNAUTHORIZED);
  server.clock.advance(3_600_000);
  const late = await tokenFor();
  assertRefused(late, UNAUTHORIZED);
  await assertLogged(server, late, 'feccft', 'assertion-without-key');
  await server.apply(MACHINE_TENANT);
});

test('discovery publishes the method and its algorithms', async () => {
  const document = (await get(server, '/.well-known/openid-configuration')).json<Record<string, unknown>>();
  assert.deepEqual(document['token_endpoint_auth_methods_supported'], [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
  ]);
  assert.deepEqual(document['token_endpoint_auth_signing_alg_values_supported'], ['RS256', 'RS384', 'PS256']);
});

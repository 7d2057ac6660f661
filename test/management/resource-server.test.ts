// /api/v2/resource-servers: the APIs that tokens are for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { assertWalks } from '../support/list-walk.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, HS256_API, PUBLIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { ISSUER } from '../support/start-server.ts';

type Json = Record<string, unknown>;
interface Shown extends Json {
  readonly id: string;
  readonly identifier: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_resource_server', 'The resource server does not exist'] as const;
const CLOSED = [403, 'operation_not_supported', 'The Management API itself cannot be changed.'] as const;

const pathOf = (called: string) => `/resource-servers/${encodeURIComponent(called)}`;
const create = async (body: Json) => jsonOf<Shown>(await server.api('POST', '/resource-servers', body), 201);
const read = async (called: string) => jsonOf<Shown>(await server.api('GET', pathOf(called)), 200);
const patch = async (called: string, body: Json) => jsonOf<Shown>(await server.api('PATCH', pathOf(called), body), 200);

/** A user's token for the API. */
async function tokenFor(audience: string, scope: string | null = null) {
  const { access_token: token, scope: granted } = await tokensFor(server, { ...SEED_REQUEST, audience, scope });
  const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
  return { granted, lifetime: exp - iat, header: decodeProtectedHeader(token), claims };
}

test('an API that is an identifier only has Auth0’s defaults', async () => {
  const made = await create({ identifier: 'https://plain.example' });
  assert.match(made.id, /^[0-9a-f]{24}$/);
  assert.deepEqual(made, {
    id: made.id,
    identifier: 'https://plain.example',
    allow_offline_access: false,
    skip_consent_for_verifiable_first_party_clients: true,
    signing_alg: 'RS256',
    token_lifetime: 86_400,
    token_dialect: 'access_token',
    enforce_policies: false,
    scopes: [],
    subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'require_client_grant' } },
  });
});

test('an API is called by its id or by its identifier, and shown whole or by member', async () => {
  const body = {
    identifier: 'https://orders.example/api?v=1',
    name: 'Orders',
    scopes: [{ value: 'read:orders', description: 'See\norders' }, { value: 'write:orders' }],
    token_lifetime: 60,
    token_dialect: 'rfc9068_profile_authz',
    signing_alg: 'ES256',
    enforce_policies: true,
  };
  const made = await create(body);
  assert.deepEqual({ ...made, ...body }, made);
  assert.deepEqual(await read(made.id), made);
  assert.deepEqual(await read(made.identifier), made);
  const some = await server.api('GET', `${pathOf(made.id)}?fields=name,scopes`);
  assert.deepEqual(some.json, { name: 'Orders', scopes: body.scopes });
});

test('APIs are listed in every way that Auth0’s clients walk, and by identifier', async () => {
  const list = { path: '/resource-servers', plural: 'resource_servers', key: 'id' };
  await assertWalks(server, { ...list, hasCheckpoints: true, hasFields: true });
  const named = [API, HS256_API, 'https://nowhere.example'].map(encodeURIComponent).join(',');
  const found = jsonOf<Shown[]>(await server.api('GET', `/resource-servers?identifiers=${named}`), 200);
  assert.deepEqual(new Set(found.map(({ identifier }) => identifier)), new Set([API, HS256_API]));
});

test('a change leaves out what stays, null takes a member back, and what GET answers can be sent back', async () => {
  const made = await create({
    identifier: 'https://changing.example',
    name: 'Changing',
    token_lifetime: 60,
    scopes: [{ value: 'a' }, { value: 'b' }],
    subject_type_authorization: { user: { policy: 'deny_all' } },
  });
  assert.deepEqual(await patch(made.id, { token_lifetime: 90 }), { ...made, token_lifetime: 90 });
  assert.deepEqual(await patch(made.id, { token_lifetime: null }), { ...made, token_lifetime: 86_400 });
  const { name: _, ...bare } = made;
  assert.deepEqual(await patch(made.id, { scopes: null, name: null, subject_type_authorization: null }), {
    ...{ ...bare, token_lifetime: 86_400, scopes: [] },
    subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'require_client_grant' } },
  });
  const { id, identifier: __, ...rest } = await read(API);
  assert.deepEqual(await patch(id, rest), await read(API));
});

test('tokens live as long as their API says', async () => {
  await create({ identifier: 'https://life.example' });
  assert.equal((await tokenFor('https://life.example')).lifetime, 86_400);
  await patch('https://life.example', { token_lifetime: 1 });
  assert.equal((await tokenFor('https://life.example')).lifetime, 1);
});

test('tokens are granted the scopes that their API has now', async () => {
  const identifier = 'https://scopes.example';
  await create({ identifier, scopes: [{ value: 'one' }, { value: 'two' }] });
  assert.equal((await tokenFor(identifier)).granted, 'one two');
  await patch(identifier, { scopes: [{ value: 'two' }, { value: 'three' }] });
  assert.equal((await tokenFor(identifier)).granted, 'two three');
  assert.equal((await tokenFor(identifier, 'one')).granted, undefined);
});

test('tokens are signed and written as their API says', async () => {
  const identifier = 'https://signed.example';
  await create({ identifier, scopes: [{ value: 'one' }] });
  for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']) {
    await patch(identifier, { signing_alg: algorithm });
    assert.equal((await tokenFor(identifier)).header.alg, algorithm);
  }
  await patch(identifier, { token_dialect: 'rfc9068_profile_authz', enforce_policies: true, signing_alg: 'RS256' });
  const { header, claims, granted } = await tokenFor(identifier);
  assert.deepEqual([header.typ, claims['permissions'], granted], ['at+jwt', [], undefined]);
});

test('an API that wants no users’ tokens gives none', async () => {
  const identifier = 'https://closed.example';
  await create({ identifier });
  await patch(identifier, { subject_type_authorization: { user: { policy: 'deny_all' } } });
  const refused = await server.token({ ...SEED_REQUEST, audience: identifier, scope: null });
  assert.equal(refused.statusCode, 403);
  await patch(identifier, { subject_type_authorization: null });
  assert.equal((await tokenFor(identifier)).lifetime, 86_400);
});

test('a deleted API is unknown, with its grants and permissions', async () => {
  const identifier = 'https://gone.example';
  const permissions = [{ resource_server_identifier: identifier, permission_name: 'go' }];
  const { id } = await create({ identifier, scopes: [{ value: 'go' }] });
  const role = jsonOf<{ id: string }>(await server.api('POST', '/roles', { name: 'Goer' }), 200);
  jsonOf(await server.api('POST', `/roles/${role.id}/permissions`, { permissions }), 201);
  jsonOf(
    await server.api('POST', '/client-grants', { client_id: PUBLIC_CLIENT, audience: identifier, scope: [] }),
    201,
  );
  assertEmpty(await server.api('DELETE', pathOf(identifier)));
  assert.equal((await server.token({ ...SEED_REQUEST, audience: identifier })).statusCode, 403);
  assert.deepEqual((await server.api('GET', `/roles/${role.id}/permissions`)).json, []);
  assert.deepEqual((await server.api('GET', `/client-grants?client_id=${PUBLIC_CLIENT}`)).json, []);
  assertApiRefused(await server.api('GET', pathOf(id)), MISSING);
});

test('the default audience of the tenant is not deleted', async () => {
  const identifier = 'https://default.example';
  await create({ identifier });
  jsonOf(await server.api('PATCH', '/tenants/settings', { default_audience: identifier }), 200);
  const words = 'The resource server is the default_audience of the tenant: choose another first.';
  assertApiRefused(await server.api('DELETE', pathOf(identifier)), [409, 'resource_server_in_use', words]);
  jsonOf(await server.api('PATCH', '/tenants/settings', { default_audience: '' }), 200);
  assertEmpty(await server.api('DELETE', pathOf(identifier)));
});

test('the Management API is listed as a system API, and is nobody’s to change', async () => {
  const own = await read(MANAGEMENT_AUDIENCE);
  assert.deepEqual(
    [own['is_system'], own['name'], own.identifier],
    [true, 'Auth0 Management API', MANAGEMENT_AUDIENCE],
  );
  for (const called of [own.id, MANAGEMENT_AUDIENCE]) {
    assertApiRefused(await server.api('PATCH', pathOf(called), { token_lifetime: 60 }), CLOSED);
    assertApiRefused(await server.api('DELETE', pathOf(called)), CLOSED);
  }
  for (const identifier of [MANAGEMENT_AUDIENCE, `${ISSUER}userinfo`]) {
    const answer = await server.api('POST', '/resource-servers', { identifier });
    assert.equal(answer.status, 400, answer.raw.body);
  }
  assert.equal(
    (await server.api('POST', '/resource-servers', { identifier: 'urn:gatehouse:management-api' })).status,
    409,
  );
});

test('an API that is not there is answered 404, and an identifier can be taken once', async () => {
  for (const [method, body] of [['GET'], ['PATCH', { name: 'X' }], ['DELETE']] as const) {
    assertApiRefused(await server.api(method, pathOf('https://nowhere.example'), body), MISSING);
  }
  const words = 'The specified audience is already in use for another resource server.';
  const again = await server.api('POST', '/resource-servers', { identifier: API });
  assertApiRefused(again, [409, 'resource_server_conflict', words]);
});

test('members that are unknown, of another type or without effect are refused', async () => {
  const bodies = [
    [{ no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
    [{ token_lifetime: 0 }, /on property token_lifetime\.$/],
    [{ token_lifetime: '60' }, /on property token_lifetime\.$/],
    [{ token_lifetime: 2_592_001 }, /on property token_lifetime\.$/],
    [{ signing_alg: 'none' }, /Allowed values: .* on property signing_alg\.$/],
    [{ token_dialect: 'jwe' }, /on property token_dialect\.$/],
    [{ scopes: ['read'] }, /on property scopes\.0\.$/],
    [{ scopes: [{ value: 'two words' }] }, /on property scopes\.0\.value\.$/],
    [{ allow_offline_access: 'yes' }, /on property allow_offline_access\.$/],
    [{ signing_secret: 'x'.repeat(32) }, /signing_secret has no effect/],
    [{ signing_alg: 'HS256', signing_secret: 'x'.repeat(31) }, /signing_secret/],
    [{ subject_type_authorization: { user: { policy: 'maybe' } } }, /subject_type_authorization\.user\.policy\.$/],
  ] as const;
  await assertBodiesRefused(
    (body) => server.api('POST', '/resource-servers', { identifier: 'https://new.example', ...(body as Json) }),
    [...bodies, [{ identifier: 'with space' }, /on property identifier\.$/]],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', pathOf(API), body),
    [
      [{ identifier: 'https://other.example' }, "'Additional properties not allowed: identifier'."],
      [{}, /^Payload validation error: 'Value must/],
      ...bodies,
    ],
  );
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:resource_servers');
  assert.equal((await server.api('GET', '/resource-servers', undefined, token)).status, 200);
  for (const [verb, method, path, body] of [
    ['create', 'POST', '/resource-servers', { identifier: 'https://mine.example' }],
    ['update', 'PATCH', pathOf(API), { name: 'Mine' }],
    ['delete', 'DELETE', pathOf(API)],
  ] as const) {
    const answer = await server.api(method, path, body, token);
    assertApiRefused(answer, insufficientScope(`${verb}:resource_servers`));
  }
});

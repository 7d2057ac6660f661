// /api/v2/clients: what they are told, what they answer, and what each setting does to the client's logins.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { assertApiRefused, assertEmpty, jsonOf } from '../support/api-answer.ts';
import { basic, getUserinfo, tokensFor } from '../support/injected-request.ts';
import { assertWalks } from '../support/list-walk.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { assertRefused, type Refusal } from '../support/refusal.ts';
import { API, BACKEND_CLIENT, DATABASE, PUBLIC_CLIENT, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;
interface Made extends Json {
  readonly client_id: string;
  readonly client_secret: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_client', 'The client does not exist'] as const;
const UNAUTHORIZED: Refusal = [401, 'access_denied', 'Unauthorized'];
const NOT_ALLOWED: Refusal = [403, 'unauthorized_client', "Grant type 'password' not allowed for the client."];

const create = async (body: Json) => jsonOf<Made>(await server.api('POST', '/clients', body), 201);
const read = async (id: string) => jsonOf<Made>(await server.api('GET', `/clients/${id}`), 200);
const patch = async (id: string, body: Json) => jsonOf<Made>(await server.api('PATCH', `/clients/${id}`, body), 200);

/** A client by whose secret users of the database log in. */
async function createForLogins(settings: Json = {}): Promise<Made & { login(change?: Json): Promise<never> }> {
  const made = await create({ name: 'Logins', grant_types: ['password', REALM_GRANT], ...settings });
  const { client_id: id, client_secret: secret } = made;
  const connections = jsonOf<{ id: string }[]>(await server.api('GET', `/connections?name=${DATABASE}`), 200);
  const path = `/connections/${connections[0]?.id}/clients`;
  assertEmpty(await server.api('PATCH', path, [{ client_id: id, status: true }]));
  const login = (change: Json = {}) =>
    server.token({ ...SEED_REQUEST, client_id: id, client_secret: secret, ...change });
  return { ...made, login: login as () => Promise<never> };
}

test('a client that is a name only gets an id, a secret and Auth0’s defaults', async () => {
  const { client_id: id, client_secret: secret, ...rest } = await create({ name: 'Only a name' });
  assert.match(id, /^[A-Za-z0-9]{32}$/);
  assert.match(secret, /^[\w-]{64}$/);
  assert.deepEqual(rest, {
    tenant: 'acme',
    global: false,
    name: 'Only a name',
    is_first_party: true,
    is_token_endpoint_ip_header_trusted: false,
    oidc_conformant: true,
    sso_disabled: false,
    cross_origin_authentication: false,
    cross_origin_auth: false,
    custom_login_page_on: true,
    require_pushed_authorization_requests: false,
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    callbacks: [],
    web_origins: [],
    allowed_origins: [],
    client_metadata: {},
    refresh_token: {
      rotation_type: 'non-rotating',
      expiration_type: 'non-expiring',
      leeway: 0,
      token_lifetime: 31_557_600,
      infinite_token_lifetime: true,
      idle_token_lifetime: 2_592_000,
      infinite_idle_token_lifetime: true,
    },
    jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 36_000, secret_encoded: false },
  });
  assert.deepEqual(await read(id), { ...rest, client_id: id, client_secret: secret });
});

test('every member that is given comes back', async () => {
  const body = {
    name: 'Everything',
    client_id: 'EverythingClient0000000000000000',
    description: 'Two lines\nof text',
    app_type: 'regular_web',
    is_first_party: false,
    is_token_endpoint_ip_header_trusted: true,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['password', 'refresh_token'],
    callbacks: ['https://app.example/callback', 'com.example.app://done'],
    web_origins: ['https://app.example'],
    allowed_origins: ['https://other.example'],
    jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 60 },
    client_metadata: { team: 'finance', note: 'two\nlines' },
    logo_uri: 'https://app.example/logo.png',
    oidc_conformant: true,
  };
  const { jwt_configuration: jwt, ...rest } = await create(body);
  assert.deepEqual({ ...rest, ...body }, { ...rest, jwt_configuration: body.jwt_configuration });
  assert.deepEqual(jwt, { ...body.jwt_configuration, secret_encoded: false });
});

test('clients are listed in every way that Auth0’s clients walk, and by kind', async () => {
  await create({ name: 'Page', app_type: 'spa' });
  await create({ name: 'Phone', app_type: 'native', is_first_party: false });
  await assertWalks(server, { path: '/clients', plural: 'clients', key: 'client_id', hasFields: true });
  await assertWalks(server, { path: '/clients?is_global=false', plural: 'clients', key: 'client_id' });
  const names = async (query: string) =>
    jsonOf<{ name: string }[]>(await server.api('GET', `/clients?${query}`), 200).map(({ name }) => name);
  assert.deepEqual(await names('app_type=spa'), ['Page']);
  assert.ok((await names('app_type=spa,native')).includes('Phone'));
  assert.ok((await names('is_first_party=false')).includes('Phone'));
  assert.ok(!(await names('is_first_party=true')).includes('Phone'));
  assert.deepEqual(await names('app_type=no_such_kind'), []);
});

test('one client stands for all of them, and nobody can log in by it or change it', async () => {
  const found = jsonOf<{ clients: Json[] }>(
    await server.api('GET', '/clients?is_global=true&include_totals=true&page=0&per_page=100'),
    200,
  );
  const [global] = found.clients;
  assert.deepEqual({ ...found, clients: [] }, { start: 0, limit: 100, length: 1, total: 1, clients: [] });
  assert.deepEqual([global?.['global'], global?.['name']], [true, 'All Applications']);
  const id = String(global?.['client_id']);
  assert.deepEqual(await read(id), global);
  assert.equal((await server.token({ ...SEED_REQUEST, client_id: id })).statusCode, 401);
  assertApiRefused(await server.api('PATCH', `/clients/${id}`, { name: 'Mine' }), MISSING);
  assertApiRefused(await server.api('DELETE', `/clients/${id}`), MISSING);
});

test('one client is shown whole or by member', async () => {
  const some = await server.api('GET', `/clients/${PUBLIC_CLIENT}?fields=name,app_type`);
  assert.deepEqual(some.json, { name: 'CLI', app_type: 'native' });
  const whole = await read(PUBLIC_CLIENT);
  const { name: _, ...others } = whole;
  const rest = await server.api('GET', `/clients/${PUBLIC_CLIENT}?fields=name&include_fields=false`);
  assert.deepEqual(rest.json, others);
});

test('a change leaves out what stays, null takes a member back, and metadata is merged', async () => {
  const { client_id: id, ...made } = await create({
    name: 'Changing',
    description: 'Before',
    app_type: 'regular_web',
    callbacks: ['https://app.example/callback'],
    client_metadata: { one: '1', two: '2' },
    jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 60 },
    logo_uri: 'https://app.example/logo.png',
  });
  const changed = await patch(id, { description: 'After', client_metadata: { two: null, three: '3' } });
  const { description: _, ...bare } = {
    ...{ ...made, client_id: id },
    ...{ description: 'After', client_metadata: { one: '1', three: '3' } },
  };
  assert.deepEqual(changed, { ...bare, description: 'After' });
  const half = await patch(id, { jwt_configuration: { lifetime_in_seconds: 90 }, description: null });
  const jwt = { alg: 'HS256', lifetime_in_seconds: 90, secret_encoded: false };
  assert.deepEqual(half, { ...bare, jwt_configuration: jwt });
  const none = { callbacks: null, client_metadata: null, jwt_configuration: null, logo_uri: null, app_type: null };
  const { logo_uri: __, app_type: ___, ...left } = bare as Json;
  assert.deepEqual(await patch(id, none), {
    ...left,
    callbacks: [],
    client_metadata: {},
    jwt_configuration: { ...jwt, alg: 'RS256', lifetime_in_seconds: 36_000 },
  });
  assert.equal((await read(id)).client_secret, made.client_secret);
});

test('what GET answers can be sent back without what never changes', async () => {
  const { tenant: _, global: __, client_id: id, ...rest } = await read(BACKEND_CLIENT);
  assert.deepEqual(await patch(id, rest), await read(BACKEND_CLIENT));
});

test('a client without the password grant logs nobody in, from the moment that it loses it', async () => {
  const client = await createForLogins();
  assert.equal((await tokensFor(server, { ...SEED_REQUEST, ...secretOf(client) })).scope, 'read:sample');
  await patch(client.client_id, { grant_types: [REALM_GRANT] });
  assertRefused(await client.login(), NOT_ALLOWED);
  await patch(client.client_id, { grant_types: ['password'] });
  await tokensFor(server, { ...SEED_REQUEST, ...secretOf(client) });
  await patch(client.client_id, { is_first_party: false });
  assert.equal((await server.token({ ...SEED_REQUEST, ...secretOf(client) })).statusCode, 403);
});

test('a client proves itself in the way that it is told to', async () => {
  const { client_id: id, client_secret: secret } = await createForLogins();
  const inBody = { ...SEED_REQUEST, client_id: id, client_secret: secret };
  const inHeader = () => server.token({ ...SEED_REQUEST, client_id: undefined }, { authorization: basic(id, secret) });
  assert.equal((await server.token(inBody)).statusCode, 200);
  assert.equal((await inHeader()).statusCode, 200);
  assertRefused(await server.token({ ...SEED_REQUEST, client_id: id }), UNAUTHORIZED);
  const open = await patch(id, { token_endpoint_auth_method: 'none' });
  assert.equal(open.client_secret, undefined);
  assert.equal((await server.token({ ...SEED_REQUEST, client_id: id })).statusCode, 200);
  const closed = await patch(id, { token_endpoint_auth_method: 'client_secret_post' });
  assert.notEqual(closed.client_secret, secret);
  assertRefused(await server.token(inBody), UNAUTHORIZED);
  assert.equal((await server.token({ ...inBody, client_secret: closed.client_secret })).statusCode, 200);
});

test('a new secret works at once and the old one no more, given or rotated', async () => {
  const { client_id: id, client_secret: first } = await createForLogins();
  const login = async (secret: string) =>
    (await server.token({ ...SEED_REQUEST, client_id: id, client_secret: secret })).statusCode;
  const given = 'a-secret-of-my-own-choice-0123456789';
  assert.equal((await patch(id, { client_secret: given })).client_secret, given);
  assert.deepEqual([await login(first), await login(given)], [401, 200]);
  const { client_secret: rotated, ...others } = jsonOf<Made>(
    await server.api('POST', `/clients/${id}/rotate-secret`),
    200,
  );
  assert.match(rotated, /^[\w-]{64}$/);
  assert.deepEqual([await login(given), await login(rotated)], [401, 200]);
  assert.deepEqual(await read(id), { ...others, client_secret: rotated });
});

test('the lifetime and algorithm of ID tokens are the client’s', async () => {
  const client = await createForLogins({ jwt_configuration: { lifetime_in_seconds: 120 } });
  const idToken = async () => {
    const { id_token: token = '' } = await tokensFor(server, { ...SEED_REQUEST, ...secretOf(client), scope: 'openid' });
    const { iat = 0, exp = 0 } = decodeJwt(token);
    return [exp - iat, decodeProtectedHeader(token).alg];
  };
  assert.deepEqual(await idToken(), [120, 'RS256']);
  await patch(client.client_id, { jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 60 } });
  assert.deepEqual(await idToken(), [60, 'HS256']);
});

test('pages of the origins that a client lists may call the token endpoint, as long as it lists them', async () => {
  const { client_id: id, client_secret: secret } = await createForLogins();
  const origin = 'https://page.example';
  const allowed = async () => {
    const answer = await server.token({ ...SEED_REQUEST, client_id: id, client_secret: secret }, { origin });
    return answer.headers['access-control-allow-origin'];
  };
  assert.equal(await allowed(), undefined);
  for (const member of ['web_origins', 'allowed_origins']) {
    await patch(id, { [member]: [origin] });
    assert.equal(await allowed(), origin);
    await patch(id, { [member]: [] });
    assert.equal(await allowed(), undefined);
  }
  await patch(id, { callbacks: [`${origin}/done`] });
  assert.equal(await allowed(), origin);
});

test('a deleted client is nobody, and what it was granted is gone', async () => {
  const { client_id: id, client_secret: secret } = await createForLogins();
  const request = { ...SEED_REQUEST, client_id: id, client_secret: secret, scope: 'openid' };
  const { access_token: token } = await tokensFor(server, { ...request, audience: undefined });
  const grant = { client_id: id, audience: API, scope: ['read:sample'] };
  jsonOf(await server.api('POST', '/client-grants', grant), 201);
  assertEmpty(await server.api('DELETE', `/clients/${id}`));
  assertRefused(await server.token(request), UNAUTHORIZED);
  assert.equal((await getUserinfo(server, token)).statusCode, 200);
  assert.deepEqual((await server.api('GET', `/client-grants?client_id=${id}`)).json, []);
  // Somebody who takes the name does not inherit it.
  await create({ name: 'Again', client_id: id });
  assert.deepEqual((await server.api('GET', `/client-grants?client_id=${id}`)).json, []);
  const connections = jsonOf<{ enabled_clients: string[] }[]>(await server.api('GET', '/connections'), 200);
  assert.ok(connections.every(({ enabled_clients: enabled }) => !enabled.includes(id)));
});

function secretOf({ client_id, client_secret }: Made): Json {
  return { client_id, client_secret };
}

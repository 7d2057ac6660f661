// /api/v2/tenants/settings: what the tenant falls back to when a request does not say.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  assertApiRefused,
  assertBodiesRefused,
  insufficientScope,
  invalidQuery,
  jsonOf,
} from '../support/api-answer.ts';
import { get } from '../support/injected-request.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { assertRefused } from '../support/refusal.ts';
import {
  API,
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  HS256_API,
  PASSWORD,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';

const PATH = '/tenants/settings';
const STORED = {
  friendly_name: '',
  default_directory: DATABASE,
  default_audience: '',
  flags: { remove_alg_from_jwks: false, enable_public_signup_user_exists_error: false },
  enabled_locales: ['en'],
};

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const patch = async (body: object) => jsonOf<object>(await server.api('PATCH', PATH, body), 200);

test('the settings are read, whole or by member', async () => {
  assert.deepEqual(jsonOf(await server.api('GET', PATH), 200), STORED);
  const some = await server.api('GET', `${PATH}?fields=default_directory,flags`);
  assert.deepEqual(some.json, { default_directory: DATABASE, flags: STORED.flags });
  const { flags: _, ...others } = STORED;
  assert.deepEqual((await server.api('GET', `${PATH}?fields=flags&include_fields=false`)).json, others);
});

test('a change leaves out what stays, and an empty text or null takes a setting back', async () => {
  assert.deepEqual(await patch({ friendly_name: 'Acme' }), { ...STORED, friendly_name: 'Acme' });
  assert.deepEqual(await patch({ enabled_locales: ['en'] }), { ...STORED, friendly_name: 'Acme' });
  assert.deepEqual(await patch({ friendly_name: null }), STORED);
  await patch({ friendly_name: 'Acme' });
  assert.deepEqual(await patch({ friendly_name: '' }), STORED);
});

test('what GET answers can be sent back', async () => {
  assert.deepEqual(await patch(STORED), STORED);
});

test('a cleared default_directory leaves the password grant without one', async () => {
  assert.deepEqual(await patch({ default_directory: '' }), { ...STORED, default_directory: '' });
  const words = 'Authorization server not configured with default connection.';
  assertRefused(await server.token(SEED_REQUEST), [500, 'server_error', words]);
  await patch({ default_directory: DATABASE });
  assert.equal((await server.token(SEED_REQUEST)).statusCode, 200);
});

test('the users of another default_directory can log in without naming it', async () => {
  await patch({ default_directory: 'Second' });
  const other = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, username: 'second@example.com' };
  assert.equal((await server.token({ ...SEED_REQUEST, ...other, password: PASSWORD })).statusCode, 200);
  await patch({ default_directory: DATABASE });
});

test('tokens are for the default_audience when a request names none', async () => {
  const audienceOf = async () => {
    const answer = await server.token({ ...SEED_REQUEST, audience: undefined });
    const { access_token: token } = answer.json<{ access_token: string }>();
    return token.split('.').length === 3 ? decodeJwt(token).aud : 'opaque';
  };
  assert.equal(await audienceOf(), 'opaque');
  await patch({ default_audience: API });
  assert.equal(await audienceOf(), API);
  await patch({ default_audience: HS256_API });
  assert.equal(await audienceOf(), HS256_API);
  await patch({ default_audience: null });
  assert.equal(await audienceOf(), 'opaque');
});

test('flags are merged, one by one', async () => {
  const algorithms = async () => {
    const { keys } = (await get(server, '/.well-known/jwks.json')).json<{ keys: { alg?: string }[] }>();
    return keys.map(({ alg }) => alg);
  };
  assert.ok((await algorithms()).includes('RS256'));
  assert.deepEqual(await patch({ flags: { remove_alg_from_jwks: true } }), {
    ...STORED,
    flags: { ...STORED.flags, remove_alg_from_jwks: true },
  });
  assert.deepEqual(new Set(await algorithms()), new Set([undefined]));
  await patch({ flags: {} });
  assert.deepEqual(new Set(await algorithms()), new Set([undefined]));
  await patch({ flags: { remove_alg_from_jwks: false } });
  const token = (await server.token(SEED_REQUEST)).json<{ access_token: string }>().access_token;
  assert.equal(decodeProtectedHeader(token).alg, 'RS256');
  assert.ok((await algorithms()).includes('RS256'));
});

test('settings that are unknown, of another type or lead nowhere are refused, and nothing is changed', async () => {
  await assertBodiesRefused(
    (body) => server.api('PATCH', PATH, body),
    [
      [{ no_such_setting: 1 }, "'Additional properties not allowed: no_such_setting'."],
      [{ friendly_name: 'Acme', flags: { no_such_flag: true } }, /no_such_flag/],
      [{ friendly_name: 7 }, /on property friendly_name\.$/],
      [{ flags: { remove_alg_from_jwks: 'yes' } }, /on property flags\.remove_alg_from_jwks\.$|on property flags\.$/],
      [{ enabled_locales: ['de'] }, /on property enabled_locales/],
      [{ default_directory: 'no-such-connection' }, /on property default_directory\.$/],
      [{ default_audience: 'https://nowhere.example' }, /on property default_audience\.$/],
      [{}, /^Payload validation error: 'Value must/],
      [[], /^Payload validation error: 'Value must/],
      ['{', "'The body is not valid JSON'."],
    ],
  );
  assert.deepEqual(jsonOf(await server.api('GET', PATH), 200), STORED);
});

test('an unknown query and a missing scope are refused', async () => {
  const unknown = await server.api('GET', `${PATH}?page=0`);
  assertApiRefused(unknown, invalidQuery("'Additional properties not allowed: page'."));
  const token = await server.managementToken('read:tenant_settings');
  assert.equal((await server.api('GET', PATH, undefined, token)).status, 200);
  const refused = await server.api('PATCH', PATH, { friendly_name: 'Acme' }, token);
  assertApiRefused(refused, insufficientScope('update:tenant_settings'));
});

// /api/v2/clients/{id}/credentials: the public keys by which clients prove themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import {
  assertionRequest,
  FIRST_KEY,
  makeKeyPair,
  publicKeyEntry,
  SECOND_KEY,
  signAssertion,
} from '../support/machine-tenant.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, PUBLIC_CLIENT } from '../support/sample-tenant.ts';

interface Credential {
  readonly id: string;
  readonly kid: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_credential', 'The credential does not exist'] as const;

/** A machine that may ask for a token, without a key yet; returns its id. */
async function createMachine(): Promise<string> {
  const body = { name: 'Machine', app_type: 'non_interactive', grant_types: ['client_credentials'] };
  const { client_id: id } = jsonOf<{ client_id: string }>(await server.api('POST', '/clients', body), 201);
  jsonOf(await server.api('POST', '/client-grants', { client_id: id, audience: API, scope: ['read:sample'] }), 201);
  return id;
}

const add = async (clientId: string, body: object) =>
  jsonOf<Credential>(await server.api('POST', `/clients/${clientId}/credentials`, body), 201);
const list = async (clientId: string) =>
  jsonOf<Credential[]>(await server.api('GET', `/clients/${clientId}/credentials`), 200);
const use = async (clientId: string, ...credentials: object[]) =>
  jsonOf<object>(
    await server.api('PATCH', `/clients/${clientId}`, {
      client_authentication_methods: { private_key_jwt: { credentials } },
    }),
    200,
  );

/** The status of a token request that is signed by this key. */
async function statusWith(clientId: string, key: ReturnType<typeof makeKeyPair>): Promise<number> {
  const claims = { iss: clientId, sub: clientId };
  const assertion = await signAssertion(server, { key: key.privateKey, claims });
  return (await server.token({ ...assertionRequest(assertion), client_id: clientId })).statusCode;
}

test('a key is added, listed and shown, and counts once the client names it', async () => {
  const id = await createMachine();
  const made = await add(id, publicKeyEntry(FIRST_KEY.pem, { name: 'first', expires_at: '2030-01-31T00:00:00Z' }));
  assert.match(made.id, /^cred_[A-Za-z0-9]{16}$/);
  assert.match(made.kid, /^[\w-]{43}$/);
  assert.deepEqual(made, {
    id: made.id,
    credential_type: 'public_key',
    kid: made.kid,
    alg: 'RS256',
    name: 'first',
    expires_at: '2030-01-31T00:00:00.000Z',
  });
  assert.deepEqual(await list(id), [made]);
  assert.deepEqual(jsonOf(await server.api('GET', `/clients/${id}/credentials/${made.id}`), 200), made);
  assert.equal(await statusWith(id, FIRST_KEY), 401);
  const client = await use(id, { id: made.id });
  assert.deepEqual((client as Record<string, unknown>)['client_authentication_methods'], {
    private_key_jwt: { credentials: [{ id: made.id }] },
  });
  assert.equal(await statusWith(id, FIRST_KEY), 200);
  assert.equal(await statusWith(id, SECOND_KEY), 401);
  assert.deepEqual(await list(id), [made]);
});

test('a key that has expired counts no more, and its time can be moved and taken back', async () => {
  const id = await createMachine();
  const { id: credential } = await add(id, publicKeyEntry(SECOND_KEY.pem));
  await use(id, { id: credential });
  const path = `/clients/${id}/credentials/${credential}`;
  assert.equal(await statusWith(id, SECOND_KEY), 200);
  const past = jsonOf<object>(await server.api('PATCH', path, { expires_at: '2026-01-01T00:00:00Z' }), 200);
  assert.equal((past as Record<string, unknown>)['expires_at'], '2026-01-01T00:00:00.000Z');
  assert.equal(await statusWith(id, SECOND_KEY), 401);
  const never = jsonOf<object>(await server.api('PATCH', path, { expires_at: null }), 200);
  assert.equal('expires_at' in never, false);
  assert.equal(await statusWith(id, SECOND_KEY), 200);
});

test('a deleted key counts no more, while the other one goes on', async () => {
  const id = await createMachine();
  const first = await add(id, publicKeyEntry(FIRST_KEY.pem));
  const second = await add(id, publicKeyEntry(SECOND_KEY.pem));
  await use(id, { id: first.id }, { id: second.id });
  assertEmpty(await server.api('DELETE', `/clients/${id}/credentials/${first.id}`));
  assert.deepEqual([await statusWith(id, FIRST_KEY), await statusWith(id, SECOND_KEY)], [401, 200]);
  assert.deepEqual(await list(id), [second]);
  assertApiRefused(await server.api('DELETE', `/clients/${id}/credentials/${first.id}`), MISSING);
});

test('a client is created with a key, and changed to one, in one request each', async () => {
  const credentials = [publicKeyEntry(FIRST_KEY.pem, { alg: 'RS256' })];
  const created = jsonOf<{ client_id: string; client_secret?: string }>(
    await server.api('POST', '/clients', {
      name: 'With a key',
      grant_types: ['client_credentials'],
      client_authentication_methods: { private_key_jwt: { credentials } },
    }),
    201,
  );
  assert.equal(created.client_secret, undefined);
  assert.equal((await list(created.client_id)).length, 1);
  const id = await createMachine();
  await use(id, ...credentials);
  assert.equal(await statusWith(id, FIRST_KEY), 200);
  // And back to a secret.
  const changed = jsonOf<{ client_secret?: string }>(
    await server.api('PATCH', `/clients/${id}`, { token_endpoint_auth_method: 'client_secret_post' }),
    200,
  );
  assert.match(String(changed.client_secret), /^[\w-]{64}$/);
  assert.equal(await statusWith(id, FIRST_KEY), 401);
});

test('a client has two keys at most, and each once', async () => {
  const id = await createMachine();
  await add(id, publicKeyEntry(FIRST_KEY.pem));
  const again = await server.api('POST', `/clients/${id}/credentials`, publicKeyEntry(FIRST_KEY.pem));
  assertApiRefused(again, [409, 'credential_conflict', 'The client has this key already.']);
  await add(id, publicKeyEntry(SECOND_KEY.pem));
  const third = await server.api('POST', `/clients/${id}/credentials`, publicKeyEntry(makeKeyPair().pem));
  assertApiRefused(third, [400, 'too_many_credentials', 'A client has two credentials at most: delete one first.']);
});

test('what is no public key, or no date, is refused', async () => {
  const id = await createMachine();
  const privateKey = FIRST_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await assertBodiesRefused(
    (body) => server.api('POST', `/clients/${id}/credentials`, body),
    [
      [publicKeyEntry('no key'), "'pem is no public key or certificate in PEM form.' on property pem."],
      [publicKeyEntry(privateKey), /is a private key: give the public one/],
      [publicKeyEntry(makeKeyPair(1024).pem), /has 1024 bits/],
      [publicKeyEntry(FIRST_KEY.pem, { alg: 'HS256' }), /Allowed values: .* on property alg\.$/],
      [publicKeyEntry(FIRST_KEY.pem, { expires_at: 'tomorrow' }), /on property expires_at\.$/],
      [publicKeyEntry(FIRST_KEY.pem, { expires_at: '2026-13-45T00:00:00Z' }), /date does not exist/],
      [publicKeyEntry(FIRST_KEY.pem, { kid: 'mine' }), "'Additional properties not allowed: kid'."],
      [{ pem: FIRST_KEY.pem }, "'Missing required property: credential_type'."],
    ],
  );
  assert.deepEqual(await list(id), []);
  const { id: credential } = await add(id, publicKeyEntry(FIRST_KEY.pem));
  await assertBodiesRefused(
    (body) => server.api('PATCH', `/clients/${id}/credentials/${credential}`, body),
    [
      [{ name: 'other' }, /Additional properties not allowed: name/],
      [{ expires_at: 'tomorrow' }, /on property expires_at\.$/],
    ],
  );
});

test('a key that is not there, or another client’s, is answered 404', async () => {
  const [one, other] = [await createMachine(), await createMachine()];
  const { id: credential } = await add(other, publicKeyEntry(FIRST_KEY.pem));
  for (const [method, body] of [['GET'], ['PATCH', { expires_at: null }], ['DELETE']] as const) {
    assertApiRefused(await server.api(method, `/clients/${one}/credentials/${credential}`, body), MISSING);
    const nobody = await server.api(method, `/clients/nobody/credentials/${credential}`, body);
    assertApiRefused(nobody, [404, 'inexistent_client', 'The client does not exist']);
  }
  const used = await server.api('PATCH', `/clients/${one}`, {
    client_authentication_methods: { private_key_jwt: { credentials: [{ id: credential }] } },
  });
  assertApiRefused(used, MISSING);
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:client_credentials');
  assert.equal((await server.api('GET', `/clients/${PUBLIC_CLIENT}/credentials`, undefined, token)).status, 200);
  for (const [verb, method, path, body] of [
    ['create', 'POST', '', publicKeyEntry(FIRST_KEY.pem)],
    ['update', 'PATCH', '/cred_x', { expires_at: null }],
    ['delete', 'DELETE', '/cred_x'],
  ] as const) {
    const answer = await server.api(method, `/clients/${PUBLIC_CLIENT}/credentials${path}`, body, token);
    assertApiRefused(answer, insufficientScope(`${verb}:client_credentials`));
  }
});

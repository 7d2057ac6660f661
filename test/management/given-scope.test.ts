// Nobody gives away scopes of the Management API that they do not have, by whichever way they could be given.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, assertEmpty, jsonOf } from '../support/api-answer.ts';
import { publicKeyEntry, SECOND_KEY } from '../support/machine-tenant.ts';
import {
  MANAGEMENT_AUDIENCE,
  MANAGER,
  MANAGER_SECRET,
  type ManagementServer,
  startManagementServer,
} from '../support/management-server.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer();
});
afterEach(() => server.close());

const refusedOf = (...scopes: string[]) =>
  [403, 'insufficient_scope', `Only somebody who has these scopes can give them: ${scopes.join(', ')}`] as const;
const permissions = (...names: string[]) => ({
  permissions: names.map((name) => ({ resource_server_identifier: MANAGEMENT_AUDIENCE, permission_name: name })),
});
const ofManager = async () => {
  const found = await server.api('GET', `/client-grants?client_id=${MANAGER}`);
  return jsonOf<{ id: string; scope: string[] }[]>(found, 200)[0] as { id: string; scope: string[] };
};

test('a client grant holds what its maker has at most [T-41]', async () => {
  const token = await server.managementToken('create:client_grants read:clients');
  const grant = { client_id: BACKEND_CLIENT, audience: MANAGEMENT_AUDIENCE };
  const more = { ...grant, scope: ['read:clients', 'delete:users', 'update:clients'] };
  assertApiRefused(
    await server.api('POST', '/client-grants', more, token),
    refusedOf('delete:users', 'update:clients'),
  );
  const user = { ...grant, subject_type: 'user', scope: ['delete:users'] };
  assertApiRefused(await server.api('POST', '/client-grants', user, token), refusedOf('delete:users'));
  const made = await server.api('POST', '/client-grants', { ...grant, scope: ['read:clients'] }, token);
  assert.deepEqual(jsonOf<{ scope: string[] }>(made, 201).scope, ['read:clients']);
});

test('a client grant grows by what its changer has at most, one’s own too [T-41]', async () => {
  const body = { client_id: BACKEND_CLIENT, audience: MANAGEMENT_AUDIENCE, scope: ['update:client_grants'] };
  const { id } = jsonOf<{ id: string }>(await server.api('POST', '/client-grants', body), 201);
  jsonOf(await server.api('PATCH', `/clients/${BACKEND_CLIENT}`, { grant_types: ['client_credentials'] }), 200);
  const answer = await server.token({
    ...{ grant_type: 'client_credentials', client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET },
    audience: MANAGEMENT_AUDIENCE,
  });
  const { access_token: token } = answer.json<{ access_token: string }>();
  const more = { scope: ['update:client_grants', 'delete:users'] };
  assertApiRefused(await server.api('PATCH', `/client-grants/${id}`, more, token), refusedOf('delete:users'));
  const { id: managers } = await ofManager();
  assertApiRefused(await server.api('PATCH', `/client-grants/${managers}`, more, token), refusedOf('delete:users'));
});

test('a role and a user get what the giver has at most [T-41]', async () => {
  const { id } = jsonOf<{ id: string }>(await server.api('POST', '/roles', { name: 'Helper' }), 200);
  const token = await server.managementToken('update:roles update:users read:clients');
  const paths = [`/roles/${id}/permissions`, `/users/${encodeURIComponent(USER_ID)}/permissions`];
  for (const path of paths) {
    const more = await server.api('POST', path, permissions('read:clients', 'delete:users'), token);
    assertApiRefused(more, refusedOf('delete:users'));
    assert.deepEqual((await server.api('GET', path)).json, []);
    jsonOf(await server.api('POST', path, permissions('read:clients'), token), 201);
    jsonOf(await server.api('POST', path, permissions('delete:users')), 201);
    assertApiRefused(await server.api('DELETE', path, permissions('delete:users'), token), refusedOf('delete:users'));
  }
});

test('a client that may do more is not taken over by a secret or key of one’s own [T-41]', async () => {
  const { scope } = await ofManager();
  const held = 'update:clients update:client_keys create:client_credentials update:client_credentials';
  const token = await server.managementToken(held);
  const lacking = refusedOf(...scope.filter((one) => !held.split(' ').includes(one)));
  const key = publicKeyEntry(SECOND_KEY.pem);
  const methods = { client_authentication_methods: { private_key_jwt: { credentials: [key] } } };
  const path = `/clients/${MANAGER}`;
  assertApiRefused(await server.api('PATCH', path, methods, token), lacking);
  assertApiRefused(await server.api('PATCH', path, { client_secret: 'x'.repeat(32) }, token), lacking);
  assertApiRefused(await server.api('POST', `${path}/rotate-secret`, undefined, token), lacking);
  assertApiRefused(await server.api('POST', `${path}/credentials`, key, token), lacking);
  const other = await server.managementToken();
  const { id } = jsonOf<{ id: string }>(await server.api('POST', `${path}/credentials`, key, other), 201);
  assertApiRefused(await server.api('PATCH', `${path}/credentials/${id}`, { expires_at: null }, token), lacking);
  // The secret is still the one of before.
  assert.match(await server.managementToken(), /^ey/);
  // What is no matter of proof may change.
  jsonOf(await server.api('PATCH', path, { description: 'Manages' }, token), 200);
  // And a client that may do no more than they.
  const rotated = await server.api('POST', `/clients/${BACKEND_CLIENT}/rotate-secret`, undefined, token);
  assert.notEqual(jsonOf<{ client_secret: string }>(rotated, 200).client_secret, BACKEND_SECRET);
  // Who has all of it may do it.
  jsonOf(await server.api('PATCH', path, { client_secret: `${MANAGER_SECRET}x` }), 200);
});

test('who takes the id of a deleted client has none of its scopes [T-41]', async () => {
  assertEmpty(await server.api('DELETE', `/clients/${MANAGER}`));
  const body = {
    client_id: MANAGER,
    client_secret: MANAGER_SECRET,
    name: 'Again',
    grant_types: ['client_credentials'],
  };
  const file = { tenant: { name: 'acme', domains: ['tenant.example.test'] }, clients: [body] };
  await server.apply(file);
  const answer = await server.token({
    ...{ grant_type: 'client_credentials', client_id: MANAGER, client_secret: MANAGER_SECRET },
    audience: MANAGEMENT_AUDIENCE,
  });
  assert.equal(answer.statusCode, 403, answer.body);
});

test('a user who holds scopes by a role but is no administrator has none of them [T-41]', async () => {
  const { id } = jsonOf<{ id: string }>(await server.api('POST', '/roles', { name: 'All' }), 200);
  jsonOf(await server.api('POST', `/roles/${id}/permissions`, permissions('read:clients', 'update:users')), 201);
  assertEmpty(await server.api('POST', `/users/${encodeURIComponent(USER_ID)}/roles`, { roles: [id] }));
  const answer = await server.token({
    ...SEED_REQUEST,
    audience: MANAGEMENT_AUDIENCE,
    scope: 'read:clients read:current_user',
  });
  const { access_token: token, scope } = answer.json<{ access_token: string; scope: string }>();
  assert.equal(scope, 'read:current_user');
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 403);
});

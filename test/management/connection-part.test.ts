// The connections of a client, and users who are removed from a connection by e-mail address.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { BACKEND_CLIENT, DATABASE, PUBLIC_CLIENT } from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

interface List {
  readonly connections: readonly { readonly id: string; readonly name: string }[];
  readonly next?: string;
}

test('the connections of a client are those that it may use', async () => {
  const of = async (id: string, more = '') =>
    (await server.api('GET', `/clients/${id}/connections${more}`)).json as List;
  assert.deepEqual(
    (await of(PUBLIC_CLIENT)).connections.map(({ name }) => name),
    [DATABASE],
  );
  const first = await of(BACKEND_CLIENT, '?take=1');
  assert.equal(first.connections.length, 1);
  const second = await of(BACKEND_CLIENT, `?take=1&from=${first.next ?? ''}`);
  assert.equal(second.connections.length, 1);
  assert.equal(second.next, undefined);
  assert.deepEqual((await of(BACKEND_CLIENT, '?strategy=ldap')).connections, []);
  assert.equal((await server.api('GET', '/clients/nobody/connections')).status, 404);
});

test('users of one connection are deleted by e-mail address, and those of others stay', async () => {
  const [second] = (await server.api('GET', '/connections?name=Second')).json as [{ id: string }];
  const remove = (email: string) => server.api('DELETE', `/connections/${second.id}/users?email=${email}`);
  assert.equal((await remove('user@example.com')).status, 204);
  assert.equal((await remove('second@example.com')).status, 204);
  const found = async (email: string) => (await server.api('GET', `/users-by-email?email=${email}`)).json as unknown[];
  assert.equal((await found('user@example.com')).length, 1);
  assert.equal((await found('second@example.com')).length, 0);
  assert.equal((await server.api('DELETE', `/connections/${second.id}/users`)).status, 400);
  assert.equal((await server.api('DELETE', '/connections/con_nothing/users?email=x@example.com')).status, 404);
});

test('the default directory is no connection of administrators', async () => {
  await server.apply({
    tenant: { name: 'acme' },
    databases: [{ name: 'gatehouse-administrators' }],
  });
  const answer = await server.api('PATCH', '/tenants/settings', { default_directory: 'gatehouse-administrators' });
  assert.equal(answer.status, 400);
  assert.match(answer.raw.body, /for administrators alone/);
});

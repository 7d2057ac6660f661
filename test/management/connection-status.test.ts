// Whether a connection answers, and where one that was made over the Management API may lead.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';

const OPTIONS = { urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=test' };

let server: ManagementServer;
before(async () => {
  server = await startManagementServer({
    tenant: { ...MANAGED_TENANT, connections: [{ name: 'operators', strategy: 'ldap', options: OPTIONS }] },
  });
});
after(() => server.close());

async function statusOf(name: string) {
  const list = (await server.api('GET', `/connections?name=${name}`)).json as { id: string }[];
  const { status, json } = await server.api('GET', `/connections/${list[0]?.id ?? ''}/status`);
  return { status, message: (json as { message?: string }).message ?? '' };
}

test('a database answers, and a directory that is not there does not', async () => {
  assert.equal((await statusOf('Second')).status, 200);
  const { status, message } = await statusOf('operators');
  assert.equal(status, 404);
  assert.match(message, /Nobody answers there/);
});

test('a connection made over the API leads to no address of a private network [T-33]', async () => {
  const made = await server.api('POST', '/connections', { name: 'strangers', strategy: 'ldap', options: OPTIONS });
  assert.equal(made.status, 201);
  const { status, message } = await statusOf('strangers');
  assert.equal(status, 404);
  assert.match(message, /an address that this server does not connect to/);
});

test('nor does the operator’s own once somebody has changed its address over the API [T-33]', async () => {
  const [{ id }] = (await server.api('GET', '/connections?name=operators')).json as [{ id: string }];
  const elsewhere = { ...OPTIONS, urls: ['ldaps://127.0.0.1:2'] };
  assert.equal(
    (await server.api('PATCH', `/connections/${id}`, { options: { ...OPTIONS, user_filter: '(uid=%s)' } })).status,
    400,
  );
  assert.equal((await server.api('PATCH', `/connections/${id}`, { realms: ['operators', 'corp'] })).status, 200);
  assert.match((await statusOf('operators')).message, /Nobody answers there/);
  assert.equal((await server.api('PATCH', `/connections/${id}`, { options: elsewhere })).status, 200);
  assert.match((await statusOf('operators')).message, /an address that this server does not connect to/);
});

// What /api/v2/connections refuses: a connection that is not there, names that are taken, members of no use, missing scopes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertApiRefused,
  assertBodiesRefused,
  insufficientScope,
  invalidBody,
  jsonOf,
} from '../support/api-answer.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { DATABASE, PUBLIC_CLIENT } from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_connection', 'The connection does not exist'] as const;
const LDAP = { urls: ['ldaps://ldap.example.com'], base: 'dc=example,dc=com' };

const create = async (body: object) => jsonOf<{ id: string }>(await server.api('POST', '/connections', body), 201);

test('a connection that is not there is answered 404 by every endpoint', async () => {
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { realms: ['x'] }],
    ['DELETE', ''],
    ['GET', '/clients'],
    ['PATCH', '/clients', [{ client_id: PUBLIC_CLIENT, status: true }]],
    ['GET', '/status'],
  ] as const) {
    assertApiRefused(await server.api(method, `/connections/con_nothing${path}`, body), MISSING);
  }
});

test('a name can be taken once, and a realm by one connection', async () => {
  const words = `A connection with name "${DATABASE}" already exists`;
  for (const strategy of ['auth0', 'ldap']) {
    const again = await server.api('POST', '/connections', { name: DATABASE, strategy, options: {} });
    assertApiRefused(again, [409, 'connection_conflict', words]);
  }
  const realm = await server.api('POST', '/connections', { name: 'Rival', strategy: 'auth0', realms: [DATABASE] });
  assertApiRefused(realm, invalidBody(/answers to this realm already\.' on property realms\.$/));
});

test('members that are unknown, of another type or without effect are refused', async () => {
  const { id } = await create({ name: 'Refusing', strategy: 'ldap', options: LDAP });
  await assertBodiesRefused(
    (body) => server.api('POST', '/connections', { name: 'New', strategy: 'auth0', ...(body as object) }),
    [
      [{ no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
      [{ options: { no_such_option: 1 } }, /no_such_option/],
      [{ options: { passwordPolicy: 'iron' } }, /on property options\.passwordPolicy\.$/],
      [{ options: { requires_username: 'yes' } }, /on property options\.requires_username\.$/],
      [{ strategy: 'magic' }, /Allowed values: .* on property strategy\.$/],
      [{ name: 'with space' }, /on property name\.$/],
      [{ name: 'x'.repeat(129) }, /on property name\.$/],
      [{ enabled_clients: ['nobody'] }, /There is no client nobody\.' on property enabled_clients/],
      [{ strategy: 'ldap', options: { urls: ['http://ldap.example.com'], base: 'dc=x' } }, /on property options\.urls/],
      [{ strategy: 'ldap', options: { urls: ['ldap://ldap.example.com'], base: 'dc=x' } }, /plain text/],
      [{ strategy: 'ldap', options: { ...LDAP, bind_dn: 'cn=reader' } }, /bind_password is missing/],
      [{ strategy: 'waad', options: { client_id: 'x', tenant_domain: 'a.example' } }, /'options\.client_id must match/],
      [{ strategy: 'ldap', options: { ...LDAP, user_filter: '((uid={0})' } }, /brackets/],
      [{ strategy: 'waad' }, /on property options/],
    ],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', `/connections/${id}`, body),
    [
      [{ name: 'Other' }, "'Additional properties not allowed: name'."],
      [{ strategy: 'auth0' }, "'Additional properties not allowed: strategy'."],
      [{ options: {} }, /on property options/],
      [{}, /^Payload validation error: 'Value must/],
    ],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', `/connections/${id}/clients`, body),
    [
      [[{ client_id: 'nobody', status: true }], /There is no client nobody/],
      [[{ client_id: PUBLIC_CLIENT }], /Missing required property: status/],
      [[], /^Payload validation error: 'Value must/],
      [{ client_id: PUBLIC_CLIENT, status: true }, /^Payload validation error: 'Value must/],
    ],
  );
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:connections');
  assert.equal((await server.api('GET', '/connections', undefined, token)).status, 200);
  for (const [verb, method, path, body] of [
    ['create', 'POST', '', { name: 'Mine', strategy: 'auth0' }],
    ['update', 'PATCH', '/con_x', { realms: ['x'] }],
    ['update', 'PATCH', '/con_x/clients', [{ client_id: PUBLIC_CLIENT, status: true }]],
    ['delete', 'DELETE', '/con_x'],
  ] as const) {
    const answer = await server.api(method, `/connections${path}`, body, token);
    assertApiRefused(answer, insufficientScope(`${verb}:connections`));
  }
});

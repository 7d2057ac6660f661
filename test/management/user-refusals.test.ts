// What /api/v2/users refuses: names that are taken, members of no use, what another directory says, and missing scopes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import { accountOf, createFakeDirectory } from '../support/fake-directory.ts';
import { tokensFor } from '../support/injected-request.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { assertRefused } from '../support/refusal.ts';
import { DATABASE, PASSWORD, PUBLIC_CLIENT, REALM_GRANT, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;
interface Shown extends Json {
  readonly user_id: string;
}

let server: ManagementServer;
const corporate = createFakeDirectory();
before(async () => {
  server = await startManagementServer({ directories: { ldap: corporate.driver } });
});
after(() => server.close());

const EXISTS = [409, 'auth0_idp_error', 'The user already exists.'] as const;
const BLOCKED = [403, 'unauthorized', 'user is blocked'] as const;

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;
const create = async (body: Json) =>
  jsonOf<Shown>(await server.api('POST', '/users', { connection: DATABASE, password: PASSWORD, ...body }), 201);
const patch = async (id: string, body: Json) => jsonOf<Shown>(await server.api('PATCH', pathOf(id), body), 200);

test('a name and an id can be taken once, by creation or by change', async () => {
  await create({ email: 'taken@example.com', username: 'taken', user_id: 'taken' });
  const send = (body: Json) =>
    server.api('POST', '/users', { connection: DATABASE, password: PASSWORD, email: 'free@example.com', ...body });
  for (const body of [{ email: 'TAKEN@example.com' }, { username: 'Taken' }, { user_id: 'taken' }]) {
    assertApiRefused(await send(body), EXISTS);
  }
  const { user_id: id } = await create({ email: 'other@example.com', username: 'other' });
  for (const body of [{ email: 'taken@example.com' }, { username: 'taken' }]) {
    assertApiRefused(await server.api('PATCH', pathOf(id), body), EXISTS);
  }
  // The same address in another connection is another user.
  jsonOf(await send({ email: 'taken@example.com', connection: 'Second' }), 201);
});

test('names and passwords change one at a time', async () => {
  const { user_id: id } = await create({ email: 'several@example.com', username: 'several' });
  for (const [body, words] of [
    [{ email: 'a@example.com', password: 'x' }, 'Cannot update email and password simultaneously'],
    [{ email: 'a@example.com', username: 'a' }, 'Cannot update email and username simultaneously'],
    [{ username: 'a', phone_number: '+15550100' }, 'Cannot update username and phone_number simultaneously'],
  ] as const) {
    assertApiRefused(await server.api('PATCH', pathOf(id), body), [400, 'invalid_body', words]);
  }
});

test('members that are unknown, of another type or without meaning here are refused', async () => {
  const bodies = [
    [{ no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
    [{ email: 'no address' }, /on property email\.$/],
    [{ email_verified: 'yes' }, /on property email_verified\.$/],
    [{ blocked: 1 }, /on property blocked\.$/],
    [{ phone_number: '555' }, /on property phone_number\.$/],
    [{ picture: 'javascript:alert(1)' }, /on property picture\.$/],
    [{ user_metadata: [] }, /on property user_metadata\.$/],
    [{ verify_email: 'true' }, /on property verify_email\.$/],
    [{ name: 'x'.repeat(301) }, /on property name\.$/],
    [{ password: '' }, /on property password\.$/],
  ] as const;
  await assertBodiesRefused(
    (body) => server.api('POST', '/users', { connection: DATABASE, password: PASSWORD, ...(body as Json) }),
    [[{}, "'Missing required property: email'."], ...bodies, [{ user_id: 'a|b' }, /on property user_id\.$/]],
  );
  await assertBodiesRefused(
    (body) => server.api('POST', '/users', body),
    [
      [{ email: 'a@example.com', password: PASSWORD }, "'Missing required property: connection'."],
      [{ connection: DATABASE, email: 'a@example.com' }, "'Missing required property: password'."],
    ],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', pathOf(USER_ID), body),
    [[{}, /^Payload validation error: 'Value must/], [{ user_id: 'x' }, /not allowed: user_id/], ...bodies],
  );
  const nowhere = await server.api('POST', '/users', { connection: 'Nowhere', email: 'a@example.com', password: 'x' });
  assertApiRefused(nowhere, [404, 'inexistent_connection', 'The connection does not exist']);
});

test('of another directory’s user only blocks and metadata are ours to change, and it creates none', async () => {
  const connection = {
    ...{ name: 'Corporate', strategy: 'ldap', enabled_clients: [PUBLIC_CLIENT] },
    options: { urls: ['ldaps://ldap.example.com'], base: 'dc=example,dc=com' },
  };
  jsonOf(await server.api('POST', '/connections', connection), 201);
  const body = { connection: 'Corporate', email: 'a@example.com', password: PASSWORD };
  const words = 'Users can be created in database connections only';
  assertApiRefused(await server.api('POST', '/users', body), [400, 'invalid_connection', words]);
  corporate.people.set('ada', { password: PASSWORD, account: accountOf('ada', { name: 'Ada' }) });
  const request = { ...SEED_REQUEST, grant_type: REALM_GRANT, realm: 'Corporate', username: 'ada' };
  const { sub = '' } = decodeJwt((await tokensFor(server, request)).access_token);
  for (const [name, value] of Object.entries({
    name: 'X',
    email: 'x@example.com',
    password: 'x',
    email_verified: true,
  })) {
    const refused = `The following user attributes cannot be updated: ${name}. The connection must be a database connection.`;
    const answer = await server.api('PATCH', pathOf(sub), { [name]: value, user_metadata: { a: 1 } });
    assertApiRefused(answer, [400, 'operation_not_supported', refused]);
  }
  const user = await patch(sub, { blocked: true, user_metadata: { a: 1 }, app_metadata: { b: 2 } });
  assert.deepEqual([user['name'], user['user_metadata'], user['app_metadata']], ['Ada', { a: 1 }, { b: 2 }]);
  assertRefused(await server.token(request), BLOCKED);
  await patch(sub, { blocked: false });
  assert.equal((await server.token(request)).statusCode, 200);
  assertEmpty(await server.api('DELETE', pathOf(sub)));
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:clients');
  const reading = ['read:users', 'read:current_user', 'read:user_idp_tokens'];
  const changing = ['update:users', 'update:users_app_metadata', 'update:current_user_metadata'];
  for (const [method, path, body, scopes] of [
    ['GET', '/users', undefined, ['read:users', 'read:user_idp_tokens']],
    ['GET', '/users-by-email?email=a@example.com', undefined, ['read:users']],
    ['POST', '/users', { connection: DATABASE, email: 'a@example.com' }, ['create:users']],
    ['GET', pathOf(USER_ID), undefined, reading],
    ['PATCH', pathOf(USER_ID), { name: 'X' }, changing],
    ['DELETE', pathOf(USER_ID), undefined, ['delete:users']],
  ] as const) {
    assertApiRefused(await server.api(method, path, body, token), insufficientScope(...scopes));
  }
});

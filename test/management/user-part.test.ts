// What Auth0 keeps beside a user and this version has none of: it is answered as empty, in the forms that clients walk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, insufficientScope, invalidQuery, jsonOf } from '../support/api-answer.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { USER_ID } from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const pathOf = (part: string, id = USER_ID) => `/users/${encodeURIComponent(id)}/${part}`;
const NOTHING = { start: 0, limit: 50, length: 0, total: 0 };

for (const [part, plural, isWalked, scopes] of [
  ['enrollments', 'enrollments', false, ['read:users']],
  ['authentication-methods', 'authenticators', false, ['read:users', 'read:authentication_methods']],
  ['sessions', 'sessions', true, ['read:users', 'read:sessions']],
] as const) {
  test(`a user has no ${part}, whichever way they are walked`, async () => {
    const path = pathOf(part);
    const get = async (query: string) => jsonOf<unknown>(await server.api('GET', `${path}${query}`), 200);
    assert.deepEqual(await get(''), isWalked ? { [plural]: [] } : []);
    assert.deepEqual(await get('?take=50&include_totals=true'), { [plural]: [] });
    if (!isWalked) assert.deepEqual(await get('?include_totals=true'), { ...NOTHING, [plural]: [] });
    assertApiRefused(
      await server.api('GET', `${path}?no_such=1`),
      invalidQuery("'Additional properties not allowed: no_such'."),
    );
    const nobody = await server.api('GET', pathOf(part, 'auth0|nobody'));
    assertApiRefused(nobody, [404, 'inexistent_user', 'The user does not exist.']);
    const token = await server.managementToken('read:clients');
    assertApiRefused(await server.api('GET', path, undefined, token), insufficientScope(...scopes));
  });
}

for (const [path, plural, scope] of [['/grants', 'grants', 'read:grants']] as const) {
  test(`a tenant has no ${plural}, of anybody`, async () => {
    const get = async (query: string) => jsonOf<unknown>(await server.api('GET', `${path}${query}`), 200);
    assert.deepEqual(await get(''), []);
    assert.deepEqual(await get(`?user_id=${encodeURIComponent(USER_ID)}&per_page=10`), []);
    assert.deepEqual(await get('?include_totals=true'), { ...NOTHING, [plural]: [] });
    const token = await server.managementToken('read:clients');
    assertApiRefused(await server.api('GET', path, undefined, token), insufficientScope(scope));
  });
}

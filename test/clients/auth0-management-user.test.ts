// The ManagementClient of Auth0's library, of today and of 4.x, on users: each thing is made, shown, listed to the end, changed
// and deleted, and refusals are what the library makes of Auth0's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ManagementClient } from 'auth0';
import type * as v4 from 'auth0-v4';
import {
  API,
  APPLICATION,
  all,
  allPages,
  assertRefused,
  DATABASE,
  type Managed,
  membersOf,
  startManaged,
} from './managed.ts';

let managed: Managed;
let management: ManagementClient;
let management4: v4.ManagementClient;
before(async () => {
  managed = await startManaged();
  ({ management, management4 } = managed);
});
after(() => managed.server.stop());

const PASSWORD = 'a password of some length';
const permission = (name: string) => ({ resource_server_identifier: API, permission_name: name });
const THREE = ['read:sample', 'write:sample', 'go:home'].map(permission);

async function create(email: string): Promise<string> {
  const { user_id: id = '' } = await management.users.create({ connection: DATABASE, email, password: PASSWORD });
  assert.match(id, /^auth0\|/);
  return id;
}

async function login(username: string, password = PASSWORD): Promise<number> {
  const answer = await fetch(`${managed.server.https}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'password', client_id: APPLICATION, username, password }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test('auth0 7 makes, shows, lists, finds, changes and deletes users', async () => {
  const ids = [await create('a7@example.com'), await create('b7@example.com'), await create('c7@example.com')];
  const [id = ''] = ids;
  const listed = membersOf(await all(management.users.list()), 'user_id');
  for (const one of ids) assert.ok(listed.includes(one));
  assert.deepEqual(membersOf(await all(management.users.list({ per_page: 2 })), 'user_id'), listed);
  const query = { q: 'email:"a7@example.com"', search_engine: 'v3' } as const;
  assert.deepEqual(membersOf(await all(management.users.list(query)), 'user_id'), [id]);
  assert.deepEqual(membersOf(await management.users.listUsersByEmail({ email: 'a7@example.com' }), 'user_id'), [id]);
  const changed = await management.users.update(id, { name: 'A', user_metadata: { theme: 'dark' } });
  assert.deepEqual([changed.name, changed.user_metadata], ['A', { theme: 'dark' }]);
  assert.equal((await management.users.get(id, { fields: 'name' })).name, 'A');
  for (const one of ids) await management.users.delete(one);
  await assertRefused(management.users.get(id), 404, 'inexistent_user');
  await create('twice@example.com');
  await assertRefused(create('twice@example.com'), 409, 'auth0_idp_error');
});

test('auth0 7 gives a user roles and permissions, and lists them to the end', async () => {
  const id = await create('roles7@example.com');
  const roles = await Promise.all(['r1', 'r2', 'r3'].map((name) => management.roles.create({ name })));
  const ids = membersOf(roles, 'id');
  await management.users.roles.assign(id, { roles: ids });
  assert.deepEqual(membersOf(await all(management.users.roles.list(id)), 'id'), ids);
  assert.deepEqual(membersOf(await all(management.users.roles.list(id, { per_page: 1 })), 'id'), ids);
  await management.users.roles.delete(id, { roles: ids.slice(0, 1) });
  assert.equal((await all(management.users.roles.list(id))).length, 2);
  await management.users.permissions.create(id, { permissions: THREE });
  const names = membersOf(THREE, 'permission_name');
  assert.deepEqual(membersOf(await all(management.users.permissions.list(id)), 'permission_name'), names);
  const walked = await all(management.users.permissions.list(id, { per_page: 2 }));
  assert.deepEqual(membersOf(walked, 'permission_name'), names);
  await management.users.permissions.delete(id, { permissions: THREE });
  assert.deepEqual(await all(management.users.permissions.list(id)), []);
});

test('auth0 7 makes, shows, lists, changes and deletes roles, their permissions and their users', async () => {
  const made = await Promise.all(['one', 'two', 'three'].map((name) => management.roles.create({ name })));
  const [id = ''] = made.map((one) => one.id ?? '');
  const listed = membersOf(await all(management.roles.list()), 'id');
  assert.deepEqual(membersOf(await all(management.roles.list({ per_page: 2 })), 'id'), listed);
  assert.equal((await all(management.roles.list({ name_filter: 'thre' }))).length, 1);
  assert.equal((await management.roles.update(id, { description: 'Changed' })).description, 'Changed');
  await management.roles.permissions.add(id, { permissions: THREE });
  assert.equal((await all(management.roles.permissions.list(id))).length, 3);
  assert.equal((await all(management.roles.permissions.list(id, { per_page: 1 }))).length, 3);
  await management.roles.permissions.delete(id, { permissions: THREE.slice(1) });
  assert.equal((await all(management.roles.permissions.list(id))).length, 1);
  const users = await Promise.all(['m1', 'm2', 'm3'].map((name) => create(`${name}@example.com`)));
  await management.roles.users.assign(id, { users });
  assert.deepEqual(membersOf(await all(management.roles.users.list(id)), 'user_id'), users.toSorted());
  assert.deepEqual(membersOf(await all(management.roles.users.list(id, { take: 1 })), 'user_id'), users.toSorted());
  for (const { id: one = '' } of made) await management.roles.delete(one);
  await assertRefused(management.roles.get(id), 404, 'inexistent_role');
});

test('auth0 7 links accounts and takes them off', async () => {
  const [main, other] = [await create('main7@example.com'), await create('other7@example.com')];
  const account = other.slice('auth0|'.length);
  const linked = await management.users.identities.link(main, { provider: 'auth0', user_id: account });
  assert.equal(linked.length, 2);
  assert.equal((await management.users.identities.delete(main, 'auth0', account)).length, 1);
  assert.equal((await management.users.get(other)).user_id, other);
});

test('auth0 7 shows and lifts the blocks of a user and of an address', async () => {
  const id = await create('blocked7@example.com');
  await management.attackProtection.bruteForceProtection.update({ max_attempts: 1 });
  assert.equal(await login('blocked7@example.com', 'wrong'), 403);
  assert.equal(await login('blocked7@example.com'), 429);
  const [block] = (await management.userBlocks.list(id)).blocked_for ?? [];
  assert.equal(block?.identifier, 'blocked7@example.com');
  const { blocked_for: named } = await management.userBlocks.listByIdentifier({ identifier: 'blocked7@example.com' });
  assert.deepEqual(named, [block]);
  await management.userBlocks.delete(id);
  assert.equal(await login('blocked7@example.com'), 200);
  await management.userBlocks.deleteByIdentifier({ identifier: 'blocked7@example.com' });
  await management.attackProtection.bruteForceProtection.update({ max_attempts: 10 });
  await assertRefused(management.anomaly.blocks.checkIp('192.0.2.1'), 404, null);
  await management.anomaly.blocks.unblockIp('192.0.2.1');
});

test('auth0 7 lists what a user has none of', async () => {
  const id = await create('none7@example.com');
  assert.deepEqual(await management.users.enrollments.get(id), []);
  assert.deepEqual(await all(management.users.authenticationMethods.list(id)), []);
  assert.deepEqual(await all(management.users.sessions.list(id)), []);
  assert.deepEqual(await all(management.users.refreshToken.list(id)), []);
});

test('auth0 7 lists events to the end, and counts logins', async () => {
  const id = await create('log7@example.com');
  assert.equal(await login('log7@example.com'), 200);
  const events = await all(management.users.logs.list(id));
  assert.deepEqual(membersOf(events, 'type'), ['sepft']);
  assert.equal((await management.logs.get(events[0]?.log_id ?? '')).type, 'sepft');
  const found = await all(management.logs.list({ search: 'type:sepft', per_page: 1 }));
  assert.ok(found.length >= 1);
  assert.ok((await all(management.logs.list({ per_page: 50 }))).length > found.length);
  assert.ok(Number(await management.stats.getActiveUsersCount()) >= 1);
  assert.ok((await management.stats.getDaily()).length >= 1);
});

test('auth0 4 makes, shows, lists, finds, changes and deletes users', async () => {
  const body = { connection: DATABASE, email: 'a4@example.com', password: PASSWORD };
  const { data: made, status } = await management4.users.create(body);
  assert.equal(status, 201);
  const { user_id: id } = made;
  const listed = await allPages((page) => management4.users.getAll({ page, per_page: 2 }));
  assert.ok(membersOf(listed, 'user_id').includes(id));
  const { data: totals } = await management4.users.getAll({ include_totals: true, per_page: 1 });
  assert.deepEqual([totals.total, totals.length, totals.users.length], [listed.length, 1, 1]);
  assert.equal((await management4.usersByEmail.getByEmail({ email: 'a4@example.com' })).data.length, 1);
  assert.equal((await management4.users.update({ id }, { name: 'A4' })).data.name, 'A4');
  assert.equal((await management4.users.delete({ id })).status, 204);
  await assertRefused(management4.users.get({ id }), 404, 'inexistent_user');
  await assertRefused(management4.users.create({ ...body, email: 'no address' }), 400, 'invalid_body');
});

test('auth0 4 gives users roles and permissions, and takes them back', async () => {
  const id = await create('roles4@example.com');
  const { data: role } = await management4.roles.create({ name: 'r4' });
  await management4.users.assignRoles({ id }, { roles: [role.id] });
  const roles = await allPages((page) => management4.users.getRoles({ id, page, per_page: 1 }));
  assert.deepEqual(membersOf(roles, 'id'), [role.id]);
  await management4.roles.addPermissions({ id: role.id }, { permissions: THREE });
  await management4.users.assignPermissions({ id }, { permissions: THREE });
  const held = await allPages((page) => management4.users.getPermissions({ id, page, per_page: 2 }));
  assert.equal(held.length, 3);
  const carried = await allPages((page) => management4.roles.getPermissions({ id: role.id, page, per_page: 2 }));
  assert.equal(carried.length, 3);
  const { data: members } = await management4.roles.getUsers({ id: role.id });
  assert.deepEqual(membersOf(members, 'user_id'), [id]);
  await management4.roles.deletePermissions({ id: role.id }, { permissions: THREE });
  await management4.users.deletePermissions({ id }, { permissions: THREE });
  await management4.users.deleteRoles({ id }, { roles: [role.id] });
  assert.deepEqual((await management4.users.getRoles({ id })).data, []);
  assert.equal(
    (await management4.roles.update({ id: role.id }, { description: 'Changed' })).data.description,
    'Changed',
  );
  await management4.roles.delete({ id: role.id });
  await assertRefused(management4.roles.get({ id: role.id }), 404, 'inexistent_role');
});

test('auth0 4 links accounts, lifts blocks, and lists events', async () => {
  const [id, other] = [await create('main4@example.com'), await create('other4@example.com')];
  const account = other.slice('auth0|'.length);
  const { data: linked } = await management4.users.link({ id }, { provider: 'auth0', user_id: account });
  assert.equal(linked.length, 2);
  await management4.users.unlink({ id, provider: 'auth0', user_id: account });
  assert.deepEqual((await management4.userBlocks.get({ id })).data, { blocked_for: [] });
  await management4.userBlocks.delete({ id });
  await management4.userBlocks.deleteAll({ identifier: 'main4@example.com' });
  assert.equal(await login('main4@example.com'), 200);
  const events = await allPages((page) => management4.users.getLogs({ id, page, per_page: 1 }));
  assert.ok(membersOf(events, 'type').includes('sepft'));
  const all4 = await allPages((page) => management4.logs.getAll({ page, per_page: 50 }));
  assert.ok(all4.length > events.length);
  assert.ok(Number((await management4.stats.getActiveUsersCount()).data) >= 1);
});

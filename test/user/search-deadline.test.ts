// The worst search that is let in, over many users: it ends at its deadline, and logins do not wait for it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createUserSearchStore, type UserSearchStore } from '../../src/user/user-search-store.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { addManyUsers } from '../support/many-users.ts';
import { DATABASE, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const DEADLINE_MS = 1000;
const MANY = 50_000;

let folder: string;
let server: TestServer;
let tenantId: TenantId;
let search: UserSearchStore;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-search-'));
  server = await startServer({ path: join(folder, 'gatehouse.db'), readDeadlineMs: DEADLINE_MS });
  tenantId = (await sampleTenantOf(server)).id;
  const connections = await server.app.stores.connections.list(tenantId);
  const { database } = server.ground;
  search = createUserSearchStore({ database, users: server.app.stores.users });
  await addManyUsers(database, tenantId, connections.find(({ name }) => name === DATABASE)?.id ?? '', MANY);
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function find(q: string, wantsTotal = true) {
  return search.search(tenantId, { q, sort: null, page: 0, perPage: 50, wantsTotal, connectionId: null });
}

/** As much as is let in, and each term has to look into everybody's metadata. */
const WORST = Array.from({ length: 36 }, (_, number) => `user_metadata.color:*blu*${number}`).join(' ');

test('it is given up at its deadline, a login meanwhile is answered, and the next search is too [T-50]', async () => {
  assert.equal((await find('user1')).kind, 'found');
  const over = new AbortController();
  const searching = find(WORST).finally(() => over.abort());
  const login = server.token(SEED_REQUEST);
  // Whatever else there is to do has its turn while the search runs.
  let turns = 0;
  for (; !over.signal.aborted; turns += 1) await setTimeout(1);
  assert.equal((await searching).kind, 'too-slow');
  assert.ok(turns > 10, String(turns));
  assert.equal((await login).statusCode, 200);
  assert.equal((await find('user1')).kind, 'found');
});

test('more than can be served in time are turned away at once, and told when to come back [T-50]', async () => {
  const found = await Promise.all(Array.from({ length: 300 }, () => find(WORST)));
  const kinds = found.map(({ kind }) => kind);
  assert.ok(kinds.includes('busy') && kinds.includes('too-slow'), kinds.join(' '));
  const busy = found.find((one) => one.kind === 'busy');
  assert.ok(busy && busy.retryAfterMs > 0);
  assert.equal((await find('user1')).kind, 'found');
});

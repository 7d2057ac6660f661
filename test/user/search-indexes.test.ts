// Searches of many users that an index answers, as the databases themselves say how they go about it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CompiledQuery } from 'kysely';
import type { SearchRequest } from '../../src/storage/search-request.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createUserSearchStore } from '../../src/user/user-search-store.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { addManyUsers } from '../support/many-users.ts';
import { DATABASE } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let tenantId: TenantId;
let smallConnectionId: string;
before(async () => {
  server = await startServer();
  tenantId = (await sampleTenantOf(server)).id;
  const connections = await server.app.stores.connections.list(tenantId);
  const idOf = (wanted: string) => connections.find(({ name }) => name === wanted)?.id ?? '';
  smallConnectionId = idOf('Second');
  await addManyUsers(server.ground.database, tenantId, idOf(DATABASE), 5000);
});
after(() => server.close());

type Request = Partial<SearchRequest & { readonly connectionId: string | null }>;

/** How the database would run the page of the search, in its own words. */
async function planOf(request: Request): Promise<string> {
  const { database } = server.ground;
  let page: CompiledQuery | undefined;
  const search = createUserSearchStore({
    database: {
      ...database,
      readBounded: async (_, queries) => {
        [page] = queries;
        return { kind: 'too-slow' };
      },
    },
    users: server.app.stores.users,
  });
  await search.search(tenantId, {
    ...{ q: null, sort: null, page: 0, perPage: 50, wantsTotal: false, connectionId: null },
    ...request,
  });
  assert.ok(page);
  const explain = database.engine === 'sqlite' ? 'explain query plan' : 'explain';
  const { rows } = await database.sql.executeQuery<Record<string, unknown>>({ ...page, sql: `${explain} ${page.sql}` });
  return rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('\n');
}

/** Each with the indexes that the plan names, as SQLite and PostgreSQL call them. */
const INDEXED: readonly (readonly [request: Request, ...indexes: RegExp[]])[] = [
  [{}, /users_key|sqlite_autoindex_users_1/],
  [{ q: 'user_id:"auth0|many1"' }, /users_key|sqlite_autoindex_users_1/],
  [{ q: 'email:"u77@many.example"' }, /users_by_email/],
  [{ q: 'email:u77*' }, /users_by_email/],
  [{ q: 'email:u77*many.example' }, /users_by_email/],
  [{ q: 'username:user77' }, /users_by_username/],
  [{ q: 'username:user77*' }, /users_by_username/],
  [{ q: 'name:"name 77"' }, /users_by_name/],
  [{ q: 'name:name\\ 77*' }, /users_by_name/],
  [{ q: 'nickname:nick77*' }, /users_by_nickname/],
  [{ q: 'user77' }, /users_by_email/, /users_by_username/, /users_by_name/, /users_by_nickname/],
  [{ q: 'user77*' }, /users_by_email/, /users_by_username/, /users_by_name/, /users_by_nickname/],
  [{ q: 'email:"u77@many.example" AND created_at:[1970 TO *]' }, /users_by_email/],
  [{ q: 'email:"u77@many.example" AND identities.connection:Second' }, /users_by_email/, /identities_/],
  [{ q: 'created_at:[1970-01-01T00:00:00.010Z TO 1970-01-01T00:00:00.020Z]' }, /users_by_created_at/],
  [{ q: 'updated_at:[1970-01-01T00:00:00.010Z TO 1970-01-01T00:00:00.020Z]' }, /users_by_updated_at/],
  [{ sort: 'email:1' }, /users_by_email/],
  [{ sort: 'name:-1' }, /users_by_name/],
  [{ sort: 'created_at:-1' }, /users_by_created_at/],
  [{ sort: 'updated_at:1' }, /users_by_updated_at/],
];

for (const [request, ...indexes] of INDEXED) {
  test(`${JSON.stringify(request)} is answered by an index`, async () => {
    const plan = await planOf(request);
    for (const index of indexes) assert.match(plan, index);
    assert.doesNotMatch(plan, /SCAN users|Seq Scan on users/);
    // What is listed in the order of an index is not sorted.
    if (request.q === undefined) assert.doesNotMatch(plan, /TEMP B-TREE|Sort/);
  });
}

test('the users of a connection are listed from its index', async () => {
  const plan = await planOf({ connectionId: smallConnectionId });
  assert.match(plan, /identities_by_connection/);
  assert.doesNotMatch(plan, /TEMP B-TREE|Sort|Seq Scan/);
});

test('whether somebody is in a connection is looked up in an index', async () => {
  assert.match(
    await planOf({ connectionId: smallConnectionId, q: 'email:u77*' }),
    /identities_by_(connection|user)|identities_key/,
  );
});

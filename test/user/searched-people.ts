// Four people who differ in everything that users are searched by, and a server that knows them.
import type { SearchRequest } from '../../src/storage/search-request.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createUserSearchStore, type UserSearchStore } from '../../src/user/user-search-store.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const connection = SAMPLE_TENANT.databases[0]?.name ?? '';
const PEOPLE = [
  {
    connection,
    user_id: 'ann',
    email: 'Ann.Smith@Example.com',
    username: 'ann',
    email_verified: true,
    name: 'Ann Smith',
    given_name: 'Ann',
    family_name: 'Smith',
    phone_number: '+15550100',
    user_metadata: { color: 'Blue', age: 41, tags: ['VIP', 'beta', 7], address: { city: 'Paris' }, newsletter: true },
    app_metadata: { memberships: [{ org: 'one' }, { org: 'two' }], 'with space': 'yes', empty: null, none: [] },
  },
  {
    connection,
    user_id: 'bob',
    email: 'bob@test.example',
    name: 'Боб Иванов',
    nickname: '100%_\\',
    user_metadata: { age: 7.5, since: '2026-01-31', odd: 'a\u0000b\ud800c', escaped: '\\u0000' },
  },
  { connection, user_id: 'cleo', email: 'cleo@example.com', name: 'CLÉO ÉMILE', nickname: 'cl*eo', blocked: true },
  { connection: 'Second', user_id: 'dan', email: 'dan@example.com', name: 'Dan "the \'man\'" O’Hara' },
];

/** A search in which nothing is asked for but the first page of everybody. */
export const USUAL = { sort: null, page: 0, perPage: 50, wantsTotal: true, connectionId: null };

/** What a test asks for in place of the usual. */
export type PeopleSearch = Partial<SearchRequest & { connectionId: string | null }>;

/** A server with these people, and searches among them. */
export interface PeopleServer extends TestServer {
  readonly tenantId: TenantId;
  readonly search: UserSearchStore;
  find(request: PeopleSearch): ReturnType<UserSearchStore['search']>;
  /** The ids of those who are found, in their order; when the search is refused, its answer as JSON. */
  namesOf(request: PeopleSearch): Promise<string>;
}

/** Starts it. */
export async function startPeopleServer(): Promise<PeopleServer> {
  const users = PEOPLE.map((one) => ({ ...one, password: 'correct horse battery staple' }));
  const server = await startServer({ tenant: { ...SAMPLE_TENANT, users } });
  const tenantId = (await sampleTenantOf(server)).id;
  const { database } = server.ground;
  const search = createUserSearchStore({ database, users: server.app.stores.users });
  await database.sql
    .updateTable('users')
    .set({ last_login: Date.UTC(2026, 1, 3, 10), logins_count: 12, last_ip: '192.0.2.7' })
    .where('user_id', '=', 'auth0|ann')
    .execute();

  const find = (request: PeopleSearch) => search.search(tenantId, { q: null, ...USUAL, ...request });
  return {
    ...server,
    tenantId,
    search,
    find,
    async namesOf(request) {
      const found = await find(request);
      if (found.kind !== 'found') return JSON.stringify(found);
      return found.items.map(({ user }) => user.userId.replace('auth0|', '')).join(' ');
    },
  };
}

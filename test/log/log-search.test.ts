// Searching log events: by what, in which order, and what is counted of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { createLogSearchStore, type LogSearchRequest, type LogSearchStore } from '../../src/log/log-search-store.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const BACKEND = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };

/** The events in the order in which they happen, on the days from 15 January 2026 on. */
const ATTEMPTS: readonly (readonly [day: number, request: Record<string, unknown>])[] = [
  [0, SEED_REQUEST],
  [0, { ...SEED_REQUEST, password: 'wrong' }],
  [1, { ...SEED_REQUEST, ...BACKEND }],
  [1, { ...SEED_REQUEST, username: 'Nobody%"_\\' }],
  [3, SEED_REQUEST],
  [3, SEED_REQUEST],
];

let server: TestServer;
let tenantId: TenantId;
let search: LogSearchStore;
before(async () => {
  server = await startServer({ options: { log_unknown_user_names: true } });
  tenantId = (await sampleTenantOf(server)).id;
  search = createLogSearchStore(server.ground.database);
  let today = 0;
  for (const [day, request] of ATTEMPTS) {
    server.clock.advance((day - today) * DAY_MS + 1000);
    today = day;
    await server.token(request);
  }
});
after(() => server.close());

const USUAL = { q: null, sort: null, page: 0, perPage: 50, wantsTotal: true, userId: null };

function find(request: Partial<LogSearchRequest>) {
  return search.search(tenantId, { ...USUAL, ...request });
}

/** Types of the events that are found. */
async function typesOf(request: Partial<LogSearchRequest>): Promise<string> {
  const found = await find(request);
  return found.kind === 'found' ? found.items.map((event) => String(event['type'])).join(' ') : JSON.stringify(found);
}

const FINDS: readonly (readonly [q: string, types: string])[] = [
  ['', 'sepft sepft fu sepft fp sepft'],
  ['type:fp', 'fp'],
  ['type:(fp OR fu)', 'fu fp'],
  ['type:f*', 'fu fp'],
  ['-type:sepft', 'fu fp'],
  [`user_id:"${USER_ID}"`, 'sepft sepft sepft fp sepft'],
  [`client_id:${BACKEND_CLIENT}`, 'sepft'],
  ['client_name:backend', 'sepft'],
  ['user_name:nobody*', 'fu'],
  ['description:*exchange*', 'sepft sepft sepft sepft'],
  ['ip:127.0.0.1 AND type:fu', 'fu'],
  ['connection:*password*', 'sepft sepft fu sepft fp sepft'],
  ['strategy:auth0 AND strategy_type:database AND type:fp', 'fp'],
  ['audience:"https://someapi.com/api" AND scope:read\\:* AND type:fp', 'fp'],
  [`hostname:${HOST} AND type:fp`, 'fp'],
  ['details.error.reason:wrong-password', 'fp'],
  ['_exists_:details.error', 'fu fp'],
  ['date:2026-01-15', 'fp sepft'],
  ['date:[2026-01-16 TO 2026-01-17]', 'fu sepft'],
  ['date:{2026-01-16 TO *]', 'sepft sepft'],
  ['date:[* TO 2026-01-15T12:00:01.000Z]', 'sepft'],
  ['date:[* TO 2026-01-15T12:00:01.000Z}', ''],
  ['date:[* TO 9999]', 'sepft sepft fu sepft fp sepft'],
  ['fp', 'fp'],
  ['nobody*', 'fu'],
];

for (const [q, types] of FINDS) {
  test(`${JSON.stringify(q)} finds ${types === '' ? 'nothing' : types}`, async () => {
    assert.equal(await typesOf({ q }), types);
  });
}

test('a log id finds its event', async () => {
  const [event] = await server.logs();
  const found = await find({ q: `log_id:${String(event?.['log_id'])}` });
  assert.deepEqual(found.kind === 'found' && found.items, [event]);
});

test('they are sorted by date either way, and paged', async () => {
  assert.equal(await typesOf({ sort: 'date:1', perPage: 4 }), 'sepft fp sepft fu');
  assert.equal(await typesOf({ sort: 'date:1', perPage: 4, page: 1 }), 'sepft sepft');
  const found = await find({ q: 'type:sepft', perPage: 1 });
  assert.equal(found.kind === 'found' && found.total, 4);
});

test('the events of one user are found without the others', async () => {
  assert.equal(await typesOf({ userId: USER_ID, q: 'type:f*' }), 'fp');
  assert.equal(await typesOf({ userId: 'auth0|nobody' }), '');
});

for (const q of ['tenant:acme', 'details:x', 'auth0_client.name:x', 'date:yesterday', 'type:[a TO b']) {
  test(`${q} is refused in a sentence [T-50]`, async () => {
    assert.equal((await find({ q })).kind, 'problem');
  });
}

test('events of another tenant are never found [T-50]', async () => {
  const found = await search.search('another' as TenantId, { ...USUAL, q: 'type:* OR NOT type:*' });
  assert.deepEqual(found, { kind: 'found', items: [], total: 0 });
});

test('logins are counted by day', async () => {
  const count = (first: string, last: string) =>
    search.countLoginsByDay(tenantId, Date.parse(`${first}T10:00:00Z`), Date.parse(`${last}T00:00:00Z`));
  assert.deepEqual(await count('2026-01-01', '2026-01-31'), {
    kind: 'counted',
    days: [
      { day: '2026-01-15', logins: 1 },
      { day: '2026-01-16', logins: 1 },
      { day: '2026-01-18', logins: 2 },
    ],
  });
  assert.deepEqual(await count('2026-01-16', '2026-01-17'), {
    kind: 'counted',
    days: [{ day: '2026-01-16', logins: 1 }],
  });
});

test('any text finds events or is refused [T-50]', async () => {
  const field = fc.constantFrom('', 'type:', 'date:', 'user_name:', 'details.error.reason:', 'log_id:', '_exists_:');
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `"${text}"`),
    fc.constantFrom('[a TO *]', '[2026 TO 9999]', '{0000 TO 0001-01-01T00:00:00+23:59}', '*'),
  );
  const text = fc.array(fc.tuple(field, value, fc.constantFrom(' ', ' AND ', ' -')), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      const { kind } = await find({ q: parts.flat().join('') });
      assert.ok(kind === 'found' || kind === 'problem', kind);
    }),
    { numRuns: 300 },
  );
});

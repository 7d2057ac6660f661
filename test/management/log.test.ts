// /api/v2/logs, /api/v2/users/{id}/logs and /api/v2/stats: what happened, and how often.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, insufficientScope, invalidQuery, jsonOf } from '../support/api-answer.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { PUBLIC_CLIENT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';

interface Event {
  readonly _id: string;
  readonly log_id: string;
  readonly type: string;
  readonly date: string;
  readonly user_id: string | null;
  readonly client_id: string | null;
}

const DAY_MS = 24 * 3600 * 1000;

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
  for (let login = 0; login < 3; login += 1) {
    await server.token(SEED_REQUEST);
    server.clock.advance(1000);
  }
  await server.token({ ...SEED_REQUEST, password: 'wrong' });
  server.clock.advance(1000);
});
after(() => server.close());

const get = async <T = Event[]>(path: string) => jsonOf<T>(await server.api('GET', path), 200);

test('events are listed newest first, page by page, to an empty page', async () => {
  const all = await get('/logs');
  assert.ok(all.length >= 5);
  assert.deepEqual(
    all.map(({ log_id: id }) => id),
    all
      .map(({ log_id: id }) => id)
      .toSorted()
      .toReversed(),
  );
  assert.ok(all.every(({ _id: id, log_id: logId }) => id === logId));
  const walked: Event[] = [];
  for (let page = 0; ; page += 1) {
    const events = await get(`/logs?per_page=2&page=${page}`);
    if (events.length === 0) break;
    walked.push(...events);
  }
  assert.deepEqual(walked, all);
  const totals = await get<object>('/logs?include_totals=true&per_page=2&page=1');
  assert.deepEqual(totals, { start: 2, limit: 2, length: 2, total: all.length, logs: all.slice(2, 4) });
  assert.deepEqual(await get('/logs?sort=date:1'), all.toReversed());
  const members = await get<object[]>('/logs?fields=type,log_id&per_page=1');
  assert.deepEqual(members, [{ log_id: all[0]?.log_id, type: all[0]?.type }]);
});

test('from a log_id on all events are walked, the oldest first, to an empty page', async () => {
  const all = (await get('/logs')).toReversed();
  const walked: Event[] = [];
  for (let from = ''; ; from = walked.at(-1)?.log_id ?? '') {
    const events = await get(`/logs?take=2${from === '' ? '' : `&from=${from}`}`);
    if (events.length === 0) break;
    assert.ok(events.length <= 2);
    walked.push(...events);
  }
  assert.deepEqual(walked, all);
});

test('events are searched by what they tell', async () => {
  const wrong = await get('/logs?q=type:fp');
  assert.deepEqual(
    wrong.map(({ type, user_id: id }) => [type, id]),
    [['fp', USER_ID]],
  );
  const ofUser = await get(`/logs?q=${encodeURIComponent(`type:sepft AND client_id:${PUBLIC_CLIENT}`)}`);
  assert.equal(ofUser.length, 3);
  assert.deepEqual(await get('/logs?search=type:fp'), wrong);
  assert.deepEqual(await get('/logs?q=type:nothing'), []);
});

test('one event is shown', async () => {
  const [newest] = await get('/logs?per_page=1');
  assert.deepEqual(await get(`/logs/${newest?.log_id}`), newest);
  const missing = await server.api('GET', '/logs/900202601');
  assertApiRefused(missing, [404, 'inexistent_log', 'The log event does not exist']);
});

test('the events of a user are theirs only', async () => {
  const path = `/users/${encodeURIComponent(USER_ID)}/logs`;
  const events = await get(path);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['fp', 'sepft', 'sepft', 'sepft'],
  );
  assert.ok(events.every(({ user_id: id }) => id === USER_ID));
  assert.deepEqual(await get(`${path}?page=1&per_page=3`), events.slice(3));
  assert.deepEqual(await get(`${path}?page=9`), []);
  const totals = await get<{ total: number }>(`${path}?include_totals=true&per_page=1`);
  assert.equal(totals.total, 4);
  assert.deepEqual(await get(`/users/${encodeURIComponent('auth0|nobody')}/logs`), []);
});

test('logins are counted by day, and users who logged in by thirty days', async () => {
  assert.equal(await get<number>('/stats/active-users'), 1);
  const days = await get<{ date: string; logins: number }[]>('/stats/daily?from=20260114&to=20260116');
  assert.deepEqual(
    days.map(({ date, logins }) => [date, logins]),
    [['2026-01-15T00:00:00.000Z', 3]],
  );
  assert.deepEqual(await get('/stats/daily?from=20250101&to=20250131'), []);
  assert.equal((await get('/stats/daily')).length, 1);
  server.clock.advance(31 * DAY_MS);
  // The token of before has ended.
  const fresh = await server.managementToken();
  assert.equal((await server.api('GET', '/stats/active-users', undefined, fresh)).json, 0);
  assert.deepEqual((await server.api('GET', '/stats/daily', undefined, fresh)).json, []);
});

test('queries that are unknown, out of bounds or not understood are refused', async () => {
  const token = await server.managementToken();
  for (const path of [
    '/logs?per_page=101',
    '/logs?take=101',
    '/logs?take=0',
    '/logs?q=(',
    `/logs?q=${'x'.repeat(1025)}`,
    '/logs?sort=password:1',
    '/logs?from=%00&take=1',
    '/logs?no_such=1',
    '/users/x/logs?take=1',
    '/stats/daily?from=2026-01-01',
    '/stats/daily?from=20261345',
    '/stats/daily?from=20260102&to=20260101',
    '/stats/active-users?from=20260101',
  ]) {
    const answer = await server.api('GET', path, undefined, token);
    assertApiRefused(answer, invalidQuery(/^Query validation error: '/));
  }
});

test('each endpoint wants one of its scopes', async () => {
  const none = await server.managementToken('read:clients');
  for (const [path, scopes] of [
    ['/logs', ['read:logs', 'read:logs_users']],
    ['/logs/900', ['read:logs', 'read:logs_users']],
    [`/users/${encodeURIComponent(USER)}/logs`, ['read:logs', 'read:logs_users']],
    ['/stats/active-users', ['read:stats']],
    ['/stats/daily', ['read:stats']],
  ] as const) {
    assertApiRefused(await server.api('GET', path, undefined, none), insufficientScope(...scopes));
  }
});

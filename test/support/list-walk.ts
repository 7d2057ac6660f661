// Every way in which Auth0's clients walk through a list of the Management API, on one list.
import assert from 'node:assert/strict';
import { assertApiRefused, invalidQuery, jsonOf } from './api-answer.ts';
import type { ManagementServer } from './management-server.ts';

type Entry = Readonly<Record<string, unknown>>;

interface List {
  readonly path: string;
  /** The member that holds the list. */
  readonly plural: string;
  /** The member by which entries are told apart. */
  readonly key: string;
  /** True for a list that is walked by `from` and `take` too. */
  readonly hasCheckpoints?: boolean;
  /** True for a list that takes `fields`. */
  readonly hasFields?: boolean;
}

const MOST_STEPS = 60;

/** Walks a list of 2 to 50 entries in every way; each way ends, and all show the same entries. */
export async function assertWalks(server: ManagementServer, list: List): Promise<void> {
  const { path, key } = list;
  const all = jsonOf<Entry[]>(await server.api('GET', path), 200);
  assert.ok(Array.isArray(all) && all.length >= 2 && all.length <= 50, `${path} has ${all.length} entries`);
  assert.equal(new Set(all.map((entry) => entry[key])).size, all.length);
  await assertPages(server, list, all);
  if (list.hasCheckpoints === true) await assertCheckpoints(server, list, all);
  else {
    const answer = await server.api('GET', withQuery(path, 'take=1'));
    assertApiRefused(answer, invalidQuery("'Additional properties not allowed: take'."));
  }
  if (list.hasFields === true) await assertFields(server, list, all);
}

async function assertPages(server: ManagementServer, { path, plural }: List, all: readonly Entry[]): Promise<void> {
  const get = async (query: string) => jsonOf<unknown>(await server.api('GET', withQuery(path, query)), 200);
  const total = all.length;
  assert.deepEqual(await get('include_totals=true'), { start: 0, limit: 50, length: total, total, [plural]: all });
  assert.deepEqual(await get('include_totals=false'), all);
  assert.deepEqual(await get('per_page=1&page=1'), all.slice(1, 2));
  assert.deepEqual(await get('per_page=1&page=1&include_totals=true'), {
    ...{ start: 1, limit: 1, length: 1, total },
    [plural]: all.slice(1, 2),
  });
  const walked: unknown[] = [];
  for (let page = 0; page < MOST_STEPS; page += 1) {
    const entries = (await get(`per_page=2&page=${page}`)) as Entry[];
    if (entries.length === 0) break;
    walked.push(...entries);
  }
  assert.deepEqual(walked, all);
  // Auth0's clients walk on until a page is empty.
  assert.deepEqual(await get('page=1'), []);
  assert.deepEqual(await get('page=7&include_totals=true'), { start: 350, limit: 50, length: 0, total, [plural]: [] });
  for (const query of ['per_page=101', 'per_page=-1', 'page=-1', 'page=one', 'include_totals=yes', 'page=1&page=2']) {
    assertApiRefused(await server.api('GET', withQuery(path, query)), invalidQuery(/^Query validation error: '/));
  }
  const unknown = await server.api('GET', withQuery(path, 'no_such_thing=1'));
  assertApiRefused(unknown, invalidQuery("'Additional properties not allowed: no_such_thing'."));
}

async function assertCheckpoints(
  server: ManagementServer,
  { path, plural, key }: List,
  all: readonly Entry[],
): Promise<void> {
  const get = async (query: string) => {
    const page = jsonOf<Entry>(await server.api('GET', withQuery(path, query)), 200);
    return { entries: page[plural] as Entry[], next: page['next'] as string | undefined, members: Object.keys(page) };
  };
  const walked: unknown[] = [];
  let next: string | undefined = '';
  for (let steps = 0; next !== undefined && steps < MOST_STEPS; steps += 1) {
    const page = await get(`take=1${next === '' ? '' : `&from=${encodeURIComponent(next)}`}`);
    assert.equal(page.entries.length, 1);
    walked.push(...page.entries);
    next = page.next;
  }
  assert.equal(next, undefined, 'a walk ends');
  const inOrder = (entries: readonly unknown[]) =>
    entries.toSorted((a, b) => (String((a as Entry)[key]) < String((b as Entry)[key]) ? -1 : 1));
  assert.deepEqual(inOrder(walked), inOrder(all));
  // As Auth0's clients begin.
  const whole = await get('take=50&include_totals=true');
  assert.deepEqual([inOrder(whole.entries), whole.members], [inOrder(all), [plural]]);
  for (const query of ['take=0', 'take=101', 'take=1&from=%00', 'take=1&from=', 'take=1&from=*', 'take=1&from=AA']) {
    assertApiRefused(await server.api('GET', withQuery(path, query)), invalidQuery(/^Query validation error: '/));
  }
}

async function assertFields(server: ManagementServer, { path, key }: List, all: readonly Entry[]): Promise<void> {
  const get = async (query: string) => jsonOf<Entry[]>(await server.api('GET', withQuery(path, query)), 200);
  const only = all.map((entry) => ({ [key]: entry[key] }));
  assert.deepEqual(await get(`fields=${key}`), only);
  assert.deepEqual(await get(`fields=${key},no_such_member&include_fields=true`), only);
  const others = all.map((entry) => Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key)));
  assert.deepEqual(await get(`fields=${key}&include_fields=false`), others);
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

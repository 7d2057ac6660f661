// What requests write goes to the disk together: writes that come in while others are being committed share the next
// commit, and each request waits for the commit that holds its own. A commit that is on the disk costs as much for fifty
// requests as for one.
import { CompiledQuery } from 'kysely';
import type { Beat } from '../lib/beat.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { directStatementsOf } from './direct-statement.ts';
import { isStorageOutage, isUndoneByConflict } from './storage-outage.ts';

/** One statement that changes something. */
export interface Effect<Row = unknown> {
  readonly query: CompiledQuery<Row>;
  /** Called when it is on the disk, or could not be written. */
  readonly settled?: () => void;
}

export interface GroupCommit {
  /**
   * Resolves, when all of these are on the disk, to the rows that the last one returns; throws when none is. No two of
   * them may change the same row.
   */
  commit<Row = unknown>(effects: readonly Effect<Row>[]): Promise<readonly Row[]>;
}

interface Waiting {
  readonly effects: readonly Effect[];
  readonly resolve: (rows: readonly unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Most requests in one commit: beyond it the last one would wait noticeably for the first. */
const MOST_IN_GROUP = 256;
/** How many groups of PostgreSQL may be under way at once. */
const GROUPS_AT_ONCE = 2;
const MOST_TRIES = 4;

interface Parts {
  readonly database: Database;
  /** While there is a crowd, a commit is begun at the beat. */
  readonly beat: Beat;
  readonly clock: Clock;
  /** Told the milliseconds of each commit. */
  readonly onCommit: (milliseconds: number) => void;
}

/** Builds it over a database. */
export function createGroupCommit({ database, beat, clock, onCommit }: Parts): GroupCommit {
  const { writeGroup } = database;
  const { write, takeGroup, groupsAtOnce } = writeGroup ? inOneTransaction(writeGroup) : inOneStatement(database);
  let queue: Waiting[] = [];
  let underWay = 0;
  let isPlanned = false;

  /** Commits at the end of this turn of the event loop or at the beat, so that what comes until then goes together. */
  function plan(): void {
    if (isPlanned || queue.length === 0 || underWay >= groupsAtOnce) return;
    isPlanned = true;
    const atBeat = beat.next();
    if (atBeat) void atBeat.then(begin);
    else setImmediate(begin);
  }

  function begin(): void {
    isPlanned = false;
    const group = takeGroup(queue);
    const taken = new Set(group);
    queue = queue.filter((waiting) => !taken.has(waiting));
    underWay += 1;
    void settle(group).finally(() => {
      underWay -= 1;
      plan();
    });
    plan();
  }

  async function settle(group: readonly Waiting[]): Promise<void> {
    const startedAt = clock.monotonic();
    let rows: readonly (readonly unknown[])[];
    try {
      rows = await write(group.map((waiting) => waiting.effects.map((effect) => effect.query)));
    } catch (error) {
      // One of them may be at fault: each is tried by itself, unless the database is not there at all.
      if (group.length > 1 && !isStorageOutage(error)) for (const waiting of group) await settle([waiting]);
      else finish(group, (waiting) => waiting.reject(error));
      return;
    }
    onCommit(clock.monotonic() - startedAt);
    finish(group, (waiting, index) => waiting.resolve(rows[index] ?? []));
  }

  return {
    commit: <Row>(effects: readonly Effect<Row>[]) =>
      new Promise<readonly Row[]>((resolve, reject) => {
        const waiting = { effects, resolve: (rows: readonly unknown[]) => resolve(rows as Row[]), reject };
        if (!writeGroup && !isMergeable(effects)) {
          void settle([waiting]);
          return;
        }
        queue.push(waiting);
        plan();
      }),
  };
}

function finish(group: readonly Waiting[], answer: (waiting: Waiting, index: number) => void): void {
  for (const [index, waiting] of group.entries()) {
    for (const effect of waiting.effects) effect.settled?.();
    answer(waiting, index);
  }
}

interface Engine {
  /** Writes what several requests want, all or none; the rows that each one's last statement returns. */
  readonly write: NonNullable<Database['writeGroup']>;
  /** Which of those that wait go together. */
  readonly takeGroup: (queue: readonly Waiting[]) => readonly Waiting[];
  readonly groupsAtOnce: number;
}

/** SQLite: one transaction for everybody. */
function inOneTransaction(write: Engine['write']): Engine {
  return { write, takeGroup: (queue) => queue.slice(0, MOST_IN_GROUP), groupsAtOnce: 1 };
}

/**
 * PostgreSQL, which itself brings commits to the disk together: one statement a request, which takes one round trip and
 * holds no row longer than it must. Requests that only add a row to the same table share one.
 */
function inOneStatement({ sql }: Database): Engine {
  const direct = directStatementsOf(sql)?.write;
  const run = async (statement: CompiledQuery): Promise<readonly unknown[]> =>
    direct ? direct(statement.sql, statement.parameters) : (await sql.executeQuery(statement)).rows;
  return {
    async write(requests) {
      const [first = []] = requests;
      const statement = requests.length === 1 ? joined(first) : mergedInsert(requests.flat());
      for (let tries = 1; ; tries += 1) {
        try {
          return [await run(statement)];
        } catch (error) {
          if (tries === MOST_TRIES || !isUndoneByConflict(error)) throw error;
        }
      }
    },
    takeGroup(queue) {
      const text = queue[0]?.effects[0]?.query.sql;
      return queue.filter((waiting) => waiting.effects[0]?.query.sql === text).slice(0, MOST_IN_GROUP);
    },
    groupsAtOnce: GROUPS_AT_ONCE,
  };
}

/** `with e0 as (...), e1 as (...) ...`: the parts run on one snapshot and end together. */
function joined(queries: readonly CompiledQuery[]): CompiledQuery {
  const parameters: unknown[] = [];
  const texts = queries.map((query) => {
    const text = renumbered(query.sql, parameters.length);
    parameters.push(...query.parameters);
    return text;
  });
  const last = texts.pop() ?? '';
  if (texts.length === 0) return CompiledQuery.raw(last, parameters);
  const parts = texts.map((text, index) => `e${index} as (${text})`);
  return CompiledQuery.raw(`with ${parts.join(', ')} ${last}`, parameters);
}

const INSERT = /^(insert into .* values )(\([^()]*\))$/;

function isMergeable([first, ...others]: readonly Effect[]): boolean {
  return first !== undefined && others.length === 0 && INSERT.test(first.query.sql);
}

/** The rows of several inserts into one table in one. */
function mergedInsert(queries: readonly CompiledQuery[]): CompiledQuery {
  const [, head = '', row = ''] = INSERT.exec(queries[0]?.sql ?? '') ?? [];
  const width = queries[0]?.parameters.length ?? 0;
  const rows = queries.map((_query, index) => renumbered(row, index * width));
  return CompiledQuery.raw(
    head + rows.join(', '),
    queries.flatMap((query) => [...query.parameters]),
  );
}

/** Every value is a parameter, so `$` stands nowhere else in a statement. */
function renumbered(text: string, by: number): string {
  return by === 0 ? text : text.replace(/\$(\d+)/g, (_mark, number: string) => `$${Number(number) + by}`);
}

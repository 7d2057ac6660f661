// A database whose n-th call goes wrong: the statements of a test server pass through here on their way to the real one, so a
// test can break any of them. Used by test/storage/nth-call.test.ts.
import { CompiledQuery, type DatabaseConnection, type Driver, Kysely, type QueryResult } from 'kysely';
import type { Database, Sql } from '../../src/storage/database.ts';
import type { Schema } from '../../src/storage/schema.ts';

/** What becomes of the call: it is not made, or it is made and its answer does not arrive as it should. */
export type CallFault = 'outage' | 'mistake' | 'no answer in time' | 'answer lost' | 'nothing';

export interface FaultyDatabase extends Database {
  /** Breaks the call of this number, counted from now, the first being 1; Infinity breaks none. */
  breakCall(number: number, fault: CallFault): void;
  /** How many calls there were since then. */
  readonly calls: number;
}

/** Long enough that whoever does not wait for the answer goes on before it comes. */
const TURNS_BEFORE_TIMEOUT = 20;

/** Puts the faults in front of an open database; closing it is left to whoever opened it. */
export function createFaultyDatabase(real: Database): FaultyDatabase {
  let calls = 0;
  let broken = Number.POSITIVE_INFINITY;
  let fault: CallFault = 'outage';

  async function call<T>(make: () => Promise<T>, nothing: T): Promise<T> {
    calls += 1;
    if (calls !== broken) return make();
    if (fault === 'mistake') throw new Error('a fault of the test');
    if (fault === 'outage') throw outage('SQLITE_IOERR');
    if (fault === 'no answer in time') {
      for (let turn = 0; turn < TURNS_BEFORE_TIMEOUT; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      throw outage('57014');
    }
    await make();
    if (fault === 'answer lost') throw outage('ECONNRESET');
    return nothing;
  }

  const sql = new Kysely<Schema>({ dialect: dialectOver(real.sql, call) });
  const { writeGroup } = real;
  return {
    ...real,
    sql,
    transaction: <T>(work: (sql: Sql) => Promise<T>) => sql.transaction().execute(work),
    writeGroup:
      writeGroup &&
      ((requests) =>
        call(
          () => writeGroup(requests),
          requests.map(() => []),
        )),
    ping: () => call(() => real.ping(), undefined),
    breakCall(number, how) {
      calls = 0;
      broken = number;
      fault = how;
    },
    get calls() {
      return calls;
    },
  };
}

type Call = <T>(make: () => Promise<T>, nothing: T) => Promise<T>;

/** Speaks to the real database by its own connections, each statement being one call. */
function dialectOver(real: Kysely<Schema>, call: Call) {
  const executor = real.getExecutor();
  const releases = new WeakMap<DatabaseConnection, () => void>();
  const run = (connection: DatabaseConnection, text: string) => connection.executeQuery(CompiledQuery.raw(text));
  const driver: Driver = {
    async init() {},
    acquireConnection: () =>
      new Promise((resolve, reject) => {
        const held = executor.provideConnection(async (connection) => {
          const own: DatabaseConnection = {
            executeQuery: <R>(query: CompiledQuery) =>
              call<QueryResult<R>>(() => connection.executeQuery(query), { rows: [], numAffectedRows: 0n }),
            streamQuery: (query, size) => connection.streamQuery(query, size),
          };
          await new Promise<void>((release) => {
            releases.set(own, release);
            resolve(own);
          });
        });
        held.catch(reject);
      }),
    async beginTransaction(connection) {
      try {
        await run(connection, 'begin');
      } catch (error) {
        // Whoever lost the answer loses the connection too, and the server undoes what it began.
        await run(connection, 'rollback');
        throw error;
      }
    },
    async commitTransaction(connection) {
      await run(connection, 'commit');
    },
    async rollbackTransaction(connection) {
      await run(connection, 'rollback');
    },
    async releaseConnection(connection) {
      releases.get(connection)?.();
    },
    async destroy() {},
  };
  return {
    createDriver: () => driver,
    createAdapter: () => executor.adapter,
    createQueryCompiler: () => ({ compileQuery: executor.compileQuery.bind(executor) }) as never,
    createIntrospector: () => real.introspection,
  };
}

function outage(code: string): Error {
  return Object.assign(new Error(`a fault of the test (${code})`), { code });
}

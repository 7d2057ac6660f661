// PostgreSQL behind the query layer: a pool, a bound on every statement, and another try for transactions that got into
// each other's way. Anything that speaks the protocol will do; nothing here needs more than PostgreSQL 15 has.
import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, TypeOverrides } from 'pg';
import { createBoundedRead, READ_DEADLINE_MS, READS_AT_ONCE, runAll } from './bounded-read.ts';
import type { Database, OpenOptions, Sql } from './database.ts';
import { registerDirectStatements } from './direct-statement.ts';
import { createConnectionGate, giveUpWhenSilent } from './postgresql-connection.ts';
import { createKeptStatements } from './postgresql-statements.ts';
import type { Schema } from './schema.ts';
import { isUndoneByConflict } from './storage-outage.ts';

const DEFAULT_POOL_SIZE = 10;
const STATEMENT_TIMEOUT_MS = 5000;
/** The server ends a statement that takes too long; when it says nothing even then, it is not there any more. */
const SILENCE_MS = 1000;
const CONNECT_TIMEOUT_MS = 2000;
const MOST_TRIES = 4;
const INT8 = 20;
const QUERY_CANCELED = '57014';

// Instants and counts are far below 2^53.
const types = new TypeOverrides();
types.setTypeParser(INT8, Number);

/** Opens a pool; connections are made when they are needed. */
export function openPostgresql(
  url: string,
  { poolSize = DEFAULT_POOL_SIZE, readDeadlineMs = READ_DEADLINE_MS, onStatement, onQuery }: OpenOptions,
): Database {
  const open = (settings: PoolConfig) => {
    const pool = new Pool({
      connectionString: url,
      types,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      ...settings,
    });
    // A broken connection says so as an event too, and an event without a listener ends the process. The pool replaces it,
    // and whoever uses it is told by the query.
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      client.on('error', () => {});
      giveUpWhenSilent(client);
    });
    const tell = (text: string, milliseconds: number) => {
      onStatement?.(text);
      onQuery?.(milliseconds);
    };
    const log = ({ query, queryDurationMillis }: LogEvent) => tell(query.sql, queryDurationMillis);
    const gate = createConnectionGate(pool);
    const sql = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: gate }),
      ...(onStatement || onQuery ? { log } : {}),
    });
    const run = createKeptStatements(gate, tell);
    registerDirectStatements(sql, { read: run, write: run });
    return { pool, sql };
  };
  const bound = (statementMs: number) => ({
    statement_timeout: statementMs,
    query_timeout: statementMs + SILENCE_MS,
  });
  const { pool, sql } = open({ max: poolSize, ...bound(STATEMENT_TIMEOUT_MS) });
  // Connections of their own: however many wait for long reads, logins have theirs.
  const bounded = open({ max: READS_AT_ONCE, ...bound(readDeadlineMs) }).sql;
  const readSnapshot = <T>(reader: Kysely<Schema>, work: (sql: Sql) => Promise<T>) =>
    reader.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);

  return {
    engine: 'postgresql',
    sql,
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await sql.transaction().execute(work);
        } catch (error) {
          if (tries === MOST_TRIES || !isUndoneByConflict(error)) throw error;
        }
      }
    },
    writeGroup: null,
    async withoutTimeout(work) {
      const patient = open({ max: 1 });
      try {
        return await work(patient.sql);
      } finally {
        await patient.sql.destroy();
      }
    },
    async snapshot(work) {
      const patient = open({ max: 1 });
      try {
        return await readSnapshot(patient.sql, work);
      } finally {
        await patient.sql.destroy();
      }
    },
    readBounded: createBoundedRead(async (queries) => {
      try {
        return await readSnapshot(bounded, (within) => runAll(queries, within));
      } catch (error) {
        if ((error as { code?: unknown }).code === QUERY_CANCELED) return null;
        throw error;
      }
    }),
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await bounded.destroy();
      await sql.destroy();
    },
  };
}

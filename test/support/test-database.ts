// The database of one test server: SQLite in memory, or, when the runner asks for PostgreSQL, a database of its own there.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/storage/database.ts';

interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Closes it and removes what it left. */
  close(): Promise<void>;
}

/** Opens a fresh, empty database; `onStatement` sees the text of every statement. */
export async function openTestDatabase(onStatement: (text: string) => void = () => {}): Promise<TestDatabase> {
  const server = process.env['GATEHOUSE_TEST_POSTGRESQL'];
  if (process.env['GATEHOUSE_TEST_ENGINE'] !== 'postgresql' || server === undefined) {
    const url = 'sqlite::memory:';
    const database = await openDatabase(url, { onStatement });
    return { database, url, close: () => database.close() };
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(server, `create database ${name}`);
  const url = server.replace(/\/postgres\?/, `/${name}?`);
  const database = await openDatabase(url, { onStatement, poolSize: 4 });
  return {
    database,
    url,
    async close() {
      await database.close();
      await administrate(server, `drop database ${name} with (force)`);
    },
  };
}

async function administrate(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

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

/** Opens a fresh, empty database, of SQLite at this path; `onStatement` sees the text of every statement. */
export async function openTestDatabase(
  onStatement: (text: string) => void = () => {},
  path = ':memory:',
): Promise<TestDatabase> {
  const { url, remove } = await createTestDatabase(path);
  const database = await openDatabase(url, { onStatement, poolSize: 4 });
  return {
    database,
    url,
    async close() {
      await database.close();
      await remove();
    },
  };
}

/** Makes the address of a fresh database that nobody has opened; of SQLite it is this path. */
export async function createTestDatabase(path: string): Promise<{ readonly url: string; remove(): Promise<void> }> {
  const server = process.env['GATEHOUSE_TEST_POSTGRESQL'];
  const onPostgresql = process.env['GATEHOUSE_TEST_ENGINE'] === 'postgresql' && server !== undefined;
  if (!onPostgresql) return { url: `sqlite:${path}`, remove: async () => {} };
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(server, `create database ${name}`);
  return {
    url: server.replace(/\/postgres\?/, `/${name}?`),
    remove: () => administrate(server, `drop database ${name} with (force)`),
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

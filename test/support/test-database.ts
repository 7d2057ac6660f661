// The database of one test server: SQLite in memory, or, when the runner asks for PostgreSQL, a database of its own there.
import { type Database, type OpenOptions, openDatabase } from '../../src/storage/database.ts';
import { createPostgresqlDatabase } from './postgresql-database.ts';

interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Closes it and removes what it left. */
  readonly close: () => Promise<void>;
}

/** Opens a fresh, empty database, of SQLite at this path; `onStatement` sees the text of every statement. */
export async function openTestDatabase(
  onStatement: (text: string) => void = () => {},
  path = ':memory:',
  options: OpenOptions = {},
): Promise<TestDatabase> {
  const { url, remove } = await createTestDatabase(path);
  const database = await openDatabase(url, { onStatement, poolSize: 4, ...options });
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
export async function createTestDatabase(
  path: string,
): Promise<{ readonly url: string; readonly remove: () => Promise<void> }> {
  if (process.env['GATEHOUSE_TEST_ENGINE'] !== 'postgresql') return { url: `sqlite:${path}`, remove: async () => {} };
  const { url, drop } = await createPostgresqlDatabase();
  return { url, remove: drop };
}

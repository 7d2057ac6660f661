// The database of one test server: SQLite in memory, or, when the runner asks for PostgreSQL, a database of its own there.
import { type Database, type OpenOptions, openDatabase } from '../../src/storage/database.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';
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
  return open(await createTestDatabase(path), { onStatement, ...options });
}

/** The same with every table and no row. */
export async function openMigratedDatabase(
  onStatement: (text: string) => void,
  path = ':memory:',
  options: OpenOptions = {},
): Promise<TestDatabase> {
  const opened = await open(await createTestDatabase(path, 'tables'), { onStatement, ...options });
  if (opened.database.engine === 'sqlite') await migrateToNewest(opened.database);
  return opened;
}

async function open({ url, remove }: Address, options: OpenOptions): Promise<TestDatabase> {
  const database = await openDatabase(url, { poolSize: 4, ...options });
  return {
    database,
    url,
    async close() {
      await database.close();
      await remove();
    },
  };
}

interface Address {
  readonly url: string;
  readonly remove: () => Promise<void>;
}

/** Makes the address of a fresh database that nobody has opened; of SQLite it is this path, and always empty. */
export async function createTestDatabase(path: string, content: 'empty' | 'tables' = 'empty'): Promise<Address> {
  if (process.env['GATEHOUSE_TEST_ENGINE'] !== 'postgresql') return { url: `sqlite:${path}`, remove: async () => {} };
  const { url, drop } = await createPostgresqlDatabase(content);
  return { url, remove: drop };
}

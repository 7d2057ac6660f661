// `gatehouse migrate`: brings a database up to date.
import { mkdirSync } from 'node:fs';
import { openDatabase } from '../storage/database.ts';
import { migrateToNewest } from '../storage/migrate.ts';
import { type Invocation, show } from './command.ts';

/** Runs what is missing and names it. Needs no master key. */
export async function migrate(invocation: Invocation): Promise<void> {
  const { dataDir, databaseUrl } = invocation.configuration;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(databaseUrl);
  try {
    const ran = await migrateToNewest(database);
    show(invocation, { ran }, ran.length === 0 ? ['The database is up to date.'] : ran.map((name) => `ran ${name}`));
  } finally {
    await database.close();
  }
}

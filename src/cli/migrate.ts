// `gatehouse migrate`: brings a database up to date.
import { mkdirSync } from 'node:fs';
import { upgradeDatabase } from '../backup/upgrade-database.ts';
import { openDatabase } from '../storage/database.ts';
import { type Invocation, show } from './command.ts';

/** Runs what is missing and names it, and where a SQLite file is kept as it was. Needs no master key. */
export async function migrate(invocation: Invocation): Promise<void> {
  const { configuration, flags } = invocation;
  const { dataDir, databaseUrl } = configuration;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(databaseUrl);
  try {
    const { ran, kept } = await upgradeDatabase(database, databaseUrl, flags['withoutCopy'] !== true);
    show(invocation, { ran, kept }, [
      ...(ran.length === 0 ? ['The database is up to date.'] : ran.map((name) => `ran ${name}`)),
      ...(kept === null ? [] : [`The database as it was is kept as ${kept}; the next upgrade overwrites it.`]),
    ]);
  } finally {
    await database.close();
  }
}

// A number that grows with every change of configuration, so that a process knows in time what another one changed. Its row
// is also the lock of changes that must not meet.
import type { Sql } from './database.ts';

/** Counts one change of configuration; call it inside the transaction that makes the change. */
export async function bumpConfigurationVersion(sql: Sql): Promise<void> {
  await sql
    .updateTable('configuration_version')
    .set((row) => ({ version: row('version', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}

/** Lets nobody else past this line until the transaction ends; what is read after it is the newest there is. */
export async function lockConfiguration(sql: Sql): Promise<void> {
  await sql.updateTable('configuration_version').set({ id: 1 }).where('id', '=', 1).execute();
}

/** The number as it stands now. */
export async function readConfigurationVersion(sql: Sql): Promise<number> {
  const row = await sql.selectFrom('configuration_version').select('version').where('id', '=', 1).executeTakeFirst();
  return Number(row?.version ?? 0);
}

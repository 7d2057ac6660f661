// A number that grows with every change of configuration, so that a process knows in time what another one changed.
import type { Sql } from './database.ts';

/** Counts one change of configuration; call it inside the transaction that makes the change. */
export async function bumpConfigurationVersion(sql: Sql): Promise<void> {
  await sql
    .updateTable('configuration_version')
    .set((row) => ({ version: row('version', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}

/** The number as it stands now. */
export async function readConfigurationVersion(sql: Sql): Promise<number> {
  const row = await sql.selectFrom('configuration_version').select('version').where('id', '=', 1).executeTakeFirst();
  return Number(row?.version ?? 0);
}

// Users by the thousand, made inside the database.
import { sql } from 'kysely';
import type { Database } from '../../src/storage/database.ts';

const NUMBERED_ID = "'many' || substr('000000' || n.i, length('' || n.i))";

/** Adds so many users to the connection: u1@many.example with the name `Name 1`, and so on. */
export async function addManyUsers(
  database: Database,
  tenantId: string,
  connectionId: string,
  count: number,
): Promise<void> {
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(count)})`;
  const id = sql.raw(NUMBERED_ID);
  await database.withoutTimeout(async (within) => {
    await sql`
      insert into users (tenant_id, user_id, email, email_verified, username, phone_verified, name, nickname, blocked,
        user_metadata, app_metadata, logins_count, created_at, updated_at, email_key, username_key, name_key, nickname_key)
      ${numbers}
      select ${sql.lit(tenantId)}, 'auth0|' || ${id}, 'u' || i || '@many.example', 0, 'user' || i, 0, 'Name ' || i, 'nick' || i, 0,
        '{"color":"blue","number":' || i || '}', '{}', 0, i, i, 'u' || i || '@many.example', 'user' || i, 'name ' || i, 'nick' || i
      from n`.execute(within);
    await sql`
      insert into identities (tenant_id, connection_id, identity_id, user_id, provider)
      ${numbers}
      select ${sql.lit(tenantId)}, ${sql.lit(connectionId)}, ${id}, 'auth0|' || ${id}, 'auth0' from n`.execute(within);
    // SQLite was told by a migration what to expect.
    if (database.engine === 'postgresql') await sql`analyze`.execute(within);
  });
}

// The `databases` section.
import { DATABASE_STRATEGY } from '../connection/connection.ts';
import { databaseOptionsOf, storedDatabaseOptions } from '../connection/database-options.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { commonMembersOf, requireSameStrategy } from './apply-connections.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the database connections of the file. */
export async function applyDatabases(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.databases ?? []).entries()) {
    const path = ['databases', index];
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    requireSameStrategy(work, path, stored, DATABASE_STRATEGY);
    const options = wire.options ?? {};
    const { min, max } = databaseOptionsOf(options).usernameLength;
    if (min > max) {
      const words = `validation.username: no name has at least ${min} and at most ${max} characters.`;
      throw problemAt(work, [...path, 'options', 'validation'], words);
    }
    const connection = {
      ...(await commonMembersOf(work, tenant, path, wire, stored, others)),
      strategy: DATABASE_STRATEGY,
      options: storedDatabaseOptions(options),
      secrets: {},
    } as const;
    await saveWhenChanged(work, 'database', connection.name, stored, connection, () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

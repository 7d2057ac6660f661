// The `databases` section.
import { DATABASE_STRATEGY, databaseOptionsOf } from '../connection/connection.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { commonMembersOf, requireSameStrategy } from './apply-connections.ts';
import { saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the database connections of the file. */
export async function applyDatabases(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.databases ?? []).entries()) {
    const path = ['databases', index];
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    requireSameStrategy(work, path, stored, DATABASE_STRATEGY);
    const options = databaseOptionsOf(wire.options ?? {});
    const { requiresUsername, passwordPolicy, bruteForceProtection, selfServiceChangePassword } = options;
    const connection = {
      ...(await commonMembersOf(work, tenant, path, wire, stored, others)),
      strategy: DATABASE_STRATEGY,
      options: {
        requires_username: requiresUsername,
        passwordPolicy,
        brute_force_protection: bruteForceProtection,
        ...(selfServiceChangePassword ? {} : { disable_self_service_change_password: true }),
      },
      secrets: {},
    } as const;
    await saveWhenChanged(work, 'database', connection.name, stored, connection, () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

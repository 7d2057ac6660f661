// The `databases` section.
import { type Connection, type ConnectionId, DATABASE_STRATEGY } from '../connection/connection.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { clientIdOf } from './apply-clients.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the database connections of the file. */
export async function applyDatabases(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.databases ?? []).entries()) {
    const path = ['databases', index];
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    const realms = wire.realms ?? [wire.name];
    const rival = others.find((other) => other !== stored && other.realms.some((realm) => realms.includes(realm)));
    if (rival)
      throw problemAt(work, [...path, 'realms'], `The connection ${rival.name} answers to this realm already.`);
    const enabledClients = new Set<string>();
    for (const [position, called] of (wire.enabled_clients ?? []).entries()) {
      enabledClients.add(await clientIdOf(work, tenant, [...path, 'enabled_clients', position], called));
    }
    const connection: Connection = {
      id: stored?.id ?? (`con_${randomAlphanumeric(16)}` as ConnectionId),
      name: wire.name,
      strategy: DATABASE_STRATEGY,
      options: {
        requiresUsername: wire.options?.requires_username ?? false,
        passwordPolicy: wire.options?.passwordPolicy ?? 'good',
        bruteForceProtection: wire.options?.brute_force_protection ?? true,
      },
      realms,
      isDomainConnection: wire.is_domain_connection ?? false,
      enabledClients,
    };
    await saveWhenChanged(work, 'database', connection.name, stored, connection, () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

// The `databases` section.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import { splitUserSource, type UserSourceWire } from '../connection/user-source.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { commonMembersOf, comparable, requireSameStrategy } from './apply-connections.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the database connections of the file. */
export async function applyDatabases(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.databases ?? []).entries()) {
    const path = ['databases', index];
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    requireSameStrategy(work, path, stored, DATABASE_STRATEGY);
    const { requiresUsername, passwordPolicy, bruteForceProtection } = databaseOptionsOf(wire.options ?? {});
    const source = splitUserSource(wire.options ?? {});
    const connection: StoredConnection = {
      ...(await commonMembersOf(work, tenant, path, wire, stored, others)),
      trusted: isTrusted(work, stored, source.options),
      strategy: DATABASE_STRATEGY,
      options: {
        requires_username: requiresUsername,
        passwordPolicy,
        brute_force_protection: bruteForceProtection,
        ...source.options,
      },
      secrets: { ...keptSecrets(work, path, source, stored), ...source.secrets },
    };
    await saveWhenChanged(work, 'database', connection.name, comparable(stored), comparable(connection), () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

type Source = ReturnType<typeof splitUserSource>;

/** Security: where somebody else than the operator has passwords sent is looked at as an address of a stranger. */
function isTrusted({ origin }: Workspace, stored: StoredConnection | null, { upstream }: UserSourceWire): boolean {
  if (origin === 'operator' || !upstream) return true;
  return stored?.trusted === true && upstreamOf(stored)?.issuer === upstream.issuer;
}

/**
 * The stored secrets that the entry leaves out. Security: at another address such a secret would go to whoever is there, and
 * somebody who may change a connection could read it without ever having known it.
 */
function keptSecrets(
  work: Workspace,
  path: FilePath,
  { options: { upstream }, secrets }: Source,
  stored: StoredConnection | null,
): StoredConnection['secrets'] {
  const [kept] = Object.entries(stored?.secrets ?? {});
  if (!stored || !kept || !upstream || Object.hasOwn(secrets, kept[0])) return {};
  if (upstreamOf(stored)?.issuer === upstream.issuer) return Object.fromEntries([kept]);
  const words = `options.upstream.issuer changes, so client_secret must be given with it: the stored one belongs to the old address.`;
  throw problemAt(work, [...path, 'options', 'upstream'], words);
}

function upstreamOf({ options }: StoredConnection): UserSourceWire['upstream'] {
  return (options as UserSourceWire).upstream;
}

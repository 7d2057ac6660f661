// The `databases` section.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf, storedDatabaseOptions } from '../connection/database-options.ts';
import { secretsToKeep, splitUserSource, type UserSourceWire } from '../connection/user-source.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { commonMembersOf, comparable, requireSameStrategy } from './apply-connections.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the database connections of the file; `scripts` are theirs in order, with what they name in files read. */
export async function applyDatabases(
  work: Workspace,
  tenant: Tenant,
  scripts: readonly UserSourceWire['customScripts'][],
): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.databases ?? []).entries()) {
    const path = ['databases', index];
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    requireSameStrategy(work, path, stored, DATABASE_STRATEGY);
    const options = wire.options ?? {};
    const { usernameLength, source: origin, isOpenToSignUp } = databaseOptionsOf(options);
    const { min, max } = usernameLength;
    if (min > max) {
      const words = `validation.username: no name has at least ${min} and at most ${max} characters.`;
      throw problemAt(work, [...path, 'options', 'validation'], words);
    }
    if (origin !== null && isOpenToSignUp && !(origin.kind === 'scripts' && origin.create !== null)) {
      const words =
        'Nobody makes an account here while users are elsewhere, for the address may be that of one of them: only customScripts.create and get_user make one there.';
      throw problemAt(work, [...path, 'options', 'disable_signup'], words);
    }
    const customScripts = scripts[index];
    const source = splitUserSource({ ...options, ...(customScripts ? { customScripts } : {}) });
    requireAnother(work, tenant, path, source.options);
    const connection: StoredConnection = {
      ...(await commonMembersOf(work, tenant, path, wire, stored, others)),
      trusted: isTrusted(work, stored, source.options),
      strategy: DATABASE_STRATEGY,
      options: { ...storedDatabaseOptions(options), ...source.options },
      secrets: { ...keptSecrets(work, path, source, stored), ...source.secrets },
    };
    await saveWhenChanged(work, 'database', connection.name, comparable(stored), comparable(connection), () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

/** Throws `TenantFileError` for a tenant that would ask itself about every unknown name, and be asked, and so on. */
function requireAnother(work: Workspace, tenant: Tenant, path: FilePath, { upstream }: UserSourceWire): void {
  if (!upstream || !tenant.domains.some(({ host }) => host === new URL(upstream.issuer).host)) return;
  throw problemAt(
    work,
    [...path, 'options', 'upstream'],
    'upstream.issuer is this tenant itself: users move in from another.',
  );
}

/** Security: where somebody else than the operator has passwords sent is looked at as an address of a stranger. */
function isTrusted({ origin }: Workspace, stored: StoredConnection | null, { upstream }: UserSourceWire): boolean {
  if (origin === 'operator' || !upstream) return true;
  return stored?.trusted === true && (stored.options as UserSourceWire).upstream?.issuer === upstream.issuer;
}

/** The stored secrets that the entry leaves out; throws `TenantFileError` where they would be sent elsewhere than before. */
function keptSecrets(
  work: Workspace,
  path: FilePath,
  { options, secrets }: ReturnType<typeof splitUserSource>,
  stored: StoredConnection | null,
): StoredConnection['secrets'] {
  if (!stored) return {};
  const kept = secretsToKeep(stored, options);
  if (!kept.astray || options.upstream === undefined || 'upstream.client_secret' in secrets) return kept.secrets;
  const words =
    'options.upstream.issuer changes, so client_secret must be given with it: the stored one belongs to the old address.';
  throw problemAt(work, [...path, 'options', 'upstream'], words);
}

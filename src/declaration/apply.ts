// Brings a tenant to what a file says, all of it or nothing. Each entry is the whole of its noun: what an entry leaves out
// goes back to its default, except what the server made itself (ids, secrets) and passwords. What the file does not name
// stays. Applying the same file again changes nothing.
import { isDeepStrictEqual } from 'node:util';
import type { ClientGrantStore } from '../client/client-grant-store.ts';
import type { ClientStore } from '../client/client-store.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { CredentialStore } from '../directory/database/credential-store.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import { generateSigningKey } from '../key/generate-key.ts';
import type { SigningKey } from '../key/key.ts';
import type { KeyStore } from '../key/key-store.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import { bumpConfigurationVersion } from '../storage/configuration-version.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { TenantDomain } from '../tenant/tenant.ts';
import type { TenantStore } from '../tenant/tenant-store.ts';
import type { UserStore } from '../user/user-store.ts';
import { applyClientGrants, applyClients } from './apply-clients.ts';
import { applyDatabases } from './apply-databases.ts';
import { applyResourceServers } from './apply-resource-servers.ts';
import { applyTenant, createsTenant } from './apply-tenant.ts';
import { applyUsers, hashPasswords } from './apply-users.ts';
import { type FilePath, type TenantFile, TenantFileError } from './tenant-file.ts';

/** The stores that a file is written to. */
export interface ApplyStores {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly clientGrants: ClientGrantStore;
  readonly resourceServers: ResourceServerStore;
  readonly connections: ConnectionStore;
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly keys: KeyStore;
}

interface Ground {
  readonly database: Database;
  readonly stores: ApplyStores;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  /** Domains for a file that names none; null when it must. */
  readonly defaultDomains: ((named: readonly TenantDomain[]) => readonly TenantDomain[]) | null;
}

/** What was done to one thing. */
export interface Change {
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly noun: string;
  readonly name: string;
}

/** A secret that the server made, shown to the operator once. */
interface MadeSecret {
  readonly owner: string;
  readonly secret: Secret;
}

export interface ApplyReport {
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
  readonly madeSecrets: readonly MadeSecret[];
}

/** What the parts of one application share. */
export interface Workspace {
  readonly sql: Sql;
  readonly stores: ApplyStores;
  readonly file: TenantFile;
  readonly now: number;
  readonly defaultDomains: Ground['defaultDomains'];
  readonly changes: Change[];
  readonly warnings: string[];
  readonly madeSecrets: MadeSecret[];
}

/** Applies the file in one transaction; throws `TenantFileError` when it does not fit what is there. */
export async function applyTenantFile(ground: Ground, file: TenantFile): Promise<ApplyReport> {
  const { database, stores, hasher, clock, defaultDomains } = ground;
  const now = clock.now();
  // Hashing and key making take their time, and nothing but queries is awaited inside a transaction.
  const hashes = await hashPasswords(stores, hasher, file);
  const keys = (await createsTenant(stores, file)) ? await makeKeys(file, defaultDomains, now) : [];
  const changes: Change[] = [];
  const warnings: string[] = [];
  const madeSecrets: MadeSecret[] = [];
  await database.transaction(async (sql) => {
    const work: Workspace = { sql, stores, file, now, defaultDomains, changes, warnings, madeSecrets };
    const tenant = await applyTenant(work, keys);
    await applyResourceServers(work, tenant);
    await applyClients(work, tenant);
    await applyClientGrants(work, tenant);
    await applyDatabases(work, tenant);
    await applyUsers(work, tenant, hashes);
    if (changes.some((change) => change.action !== 'unchanged')) await bumpConfigurationVersion(sql);
  });
  return { changes, warnings, madeSecrets };
}

async function makeKeys(file: TenantFile, domains: Ground['defaultDomains'], now: number): Promise<SigningKey[]> {
  const named = file.content.tenant.domains?.[0];
  const first = typeof named === 'string' ? named : (named?.host ?? domains?.([])[0]?.host ?? 'localhost');
  return Promise.all([generateSigningKey(first, 'current', now), generateSigningKey(first, 'next', now)]);
}

/** Writes the thing when it differs from what is stored, and notes what was done. */
export async function saveWhenChanged<T extends object>(
  work: Workspace,
  noun: string,
  name: string,
  stored: T | null,
  wanted: T,
  save: () => Promise<void>,
): Promise<void> {
  const same = stored !== null && isDeepStrictEqual(comparable(stored), comparable(wanted));
  if (!same) await save();
  work.changes.push({ action: same ? 'unchanged' : stored === null ? 'created' : 'updated', noun, name });
}

/** Secrets hold their strings privately, and times of change do not count as a change. */
function comparable(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'updatedAt' && name !== 'createdAt')
      .map(([name, member]) => [name, member instanceof Secret ? member.reveal() : member]),
  );
}

/** The error for one place of the file. */
export function problemAt(work: Pick<Workspace, 'file'>, path: FilePath, words: string): TenantFileError {
  return new TenantFileError([`${work.file.locate(path)}: ${words}`]);
}

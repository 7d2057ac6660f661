// Brings a tenant to what a file says, all of it or nothing. Each entry is the whole of its noun: what an entry leaves out
// goes back to its default, except what the server made itself (ids, secrets) and passwords. What the file does not name
// stays. Applying the same file again changes nothing.
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import { generateSigningKey } from '../key/generate-key.ts';
import type { SigningKey } from '../key/key.ts';
import type { Clock } from '../lib/clock.ts';
import { bumpConfigurationVersion } from '../storage/configuration-version.ts';
import type { Database } from '../storage/database.ts';
import { applyClientGrants, applyClients } from './apply-clients.ts';
import { applyDatabases } from './apply-databases.ts';
import { applyResourceServers } from './apply-resource-servers.ts';
import { applyTenant, createsTenant } from './apply-tenant.ts';
import { applyUsers, hashPasswords } from './apply-users.ts';
import type { TenantFile } from './tenant-file.ts';
import type { ApplyStores, Change, DefaultDomains, MadeSecret, Workspace } from './workspace.ts';

interface Ground {
  readonly database: Database;
  readonly stores: ApplyStores;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly defaultDomains: DefaultDomains | null;
}

export interface ApplyReport {
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
  readonly madeSecrets: readonly MadeSecret[];
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

async function makeKeys(file: TenantFile, domains: DefaultDomains | null, now: number): Promise<SigningKey[]> {
  const named = file.content.tenant.domains?.[0];
  const first = typeof named === 'string' ? named : (named?.host ?? domains?.([])[0]?.host ?? 'localhost');
  return Promise.all([generateSigningKey(first, 'current', now), generateSigningKey(first, 'next', now)]);
}

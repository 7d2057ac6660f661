// Brings a tenant to what a file says, all of it or nothing. Each entry is the whole of its noun: what an entry leaves out
// goes back to its default, except what the server made itself (ids, secrets) and passwords. What the file does not name
// stays. Applying the same file again changes nothing.
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { Clock } from '../lib/clock.ts';
import {
  bumpConfigurationVersion,
  lockConfiguration,
  readConfigurationVersion,
} from '../storage/configuration-version.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { applyActions, applyTriggers } from './apply-actions.ts';
import { applyAttackProtection } from './apply-attack-protection.ts';
import { applyClientGrants, applyClients } from './apply-clients.ts';
import { applyConnections } from './apply-connections.ts';
import { applyDatabases } from './apply-databases.ts';
import { applyKeys, makeMissingKeys } from './apply-keys.ts';
import { applyResourceServers } from './apply-resource-servers.ts';
import { applyRoles } from './apply-roles.ts';
import { applyRuleConfigs, applyRules } from './apply-rules.ts';
import { applyTenant, requireDefaultDirectory } from './apply-tenant.ts';
import { applyUsers, readPasswords } from './apply-users.ts';
import { readActionCodes, readRuleScripts } from './code-files.ts';
import { readOptionFiles } from './connection-files.ts';
import { readDatabaseScripts } from './database-scripts.ts';
import type { TenantFile } from './tenant-file.ts';
import type { ApplyStores, Change, DefaultDomains, MadeSecret, Origin, Workspace } from './workspace.ts';

/** Writes down in the same transaction what was changed. */
export type RecordChanges = (sql: Sql, tenant: Tenant, changes: readonly Change[]) => Promise<void>;

/** Somebody else changed the configuration since the file was made from it: it must be made again. */
export class ConfigurationMoved extends Error {
  override readonly name = 'ConfigurationMoved';
}

/** What a file is applied to, and how. */
export interface ApplyGround {
  readonly database: Database;
  readonly stores: ApplyStores;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly defaultDomains: DefaultDomains | null;
  /** True finds out what would change and writes nothing. */
  readonly dryRun?: boolean;
  /** `operator` when left out. */
  readonly origin?: Origin;
  /** The version of the configuration that the file was made from; another one throws `ConfigurationMoved`. */
  readonly madeFrom?: number;
  /** True refuses passwords that their connection does not take; a file that has some is warned about otherwise. */
  readonly refusesPasswords?: boolean;
  /** Called in the transaction with what changed. */
  readonly record?: RecordChanges;
}

export interface ApplyReport {
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
  readonly madeSecrets: readonly MadeSecret[];
}

/** Thrown at the end of a dry run, so that the database undoes everything. */
class NothingWritten extends Error {}

/** Applies the file in one transaction; throws `TenantFileError` when it does not fit what is there. */
export async function applyTenantFile(ground: ApplyGround, file: TenantFile): Promise<ApplyReport> {
  const { database, stores, hasher, clock, defaultDomains, dryRun = false } = ground;
  const { origin = 'operator', madeFrom, refusesPasswords = false } = ground;
  const now = clock.now();
  // Hashing and key making take their time, and nothing but queries is awaited inside a transaction.
  const passwords = await readPasswords(stores, hasher, file);
  const options = readOptionFiles(file);
  const scripts = readRuleScripts(file);
  const databaseScripts = readDatabaseScripts(file);
  const codes = readActionCodes(file);
  const keys = dryRun ? [] : await makeMissingKeys(stores, file, defaultDomains, now);
  const changes: Change[] = [];
  const warnings: string[] = [];
  const madeSecrets: MadeSecret[] = [];
  const write = async (sql: Sql): Promise<void> => {
    // A transaction may run again.
    for (const list of [changes, warnings, madeSecrets]) list.length = 0;
    if (madeFrom !== undefined) {
      await lockConfiguration(sql);
      if ((await readConfigurationVersion(sql)) !== madeFrom) throw new ConfigurationMoved();
    }
    const work: Workspace = {
      ...{ sql, stores, file, now, defaultDomains, origin, refusesPasswords },
      ...{ changes, warnings, madeSecrets },
    };
    const tenant = await applyTenant(work);
    await applyKeys(work, tenant, keys);
    await applyResourceServers(work, tenant);
    await applyClients(work, tenant);
    await applyClientGrants(work, tenant);
    await applyDatabases(work, tenant, databaseScripts);
    await applyConnections(work, tenant, options);
    await requireDefaultDirectory(work, tenant);
    await applyRoles(work, tenant);
    await applyRules(work, tenant, scripts);
    await applyRuleConfigs(work, tenant);
    await applyActions(work, tenant, codes);
    await applyTriggers(work, tenant);
    await applyAttackProtection(work, tenant);
    await applyUsers(work, tenant, passwords);
    const changed = changes.filter((change) => change.action !== 'unchanged');
    if (changed.length > 0) await bumpConfigurationVersion(sql);
    await ground.record?.(sql, tenant, changed);
    if (dryRun) throw new NothingWritten();
  };
  try {
    await database.transaction(write);
  } catch (error) {
    if (!(error instanceof NothingWritten)) throw error;
  }
  return { changes, warnings, madeSecrets: dryRun ? [] : madeSecrets };
}

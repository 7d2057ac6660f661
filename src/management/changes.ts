// How endpoints write: each change in one transaction with the event that tells of it. Configuration goes through the same
// schemas and checks as a tenant file, as a file with one entry.
import type { ApplyGround, ApplyReport } from '../declaration/apply.ts';
import { applyTenantFile, ConfigurationMoved } from '../declaration/apply.ts';
import { exportTenantSection } from '../declaration/export-tenant-section.ts';
import { checkTenantFile, type TenantFileContent, TenantFileError } from '../declaration/tenant-file.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { createTurns } from '../lib/turns.ts';
import type { AdministrativeChange } from '../log/administrative-event.ts';
import type { AuditLog } from '../log/audit-log.ts';
import {
  bumpConfigurationVersion,
  lockConfiguration,
  readConfigurationVersion,
} from '../storage/configuration-version.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Call } from './endpoint.ts';
import { memberName, refusalOfEntry } from './entry-refusal.ts';

type Section = Exclude<keyof TenantFileContent, 'tenant'>;

/** What a change of configuration did. */
interface Written<T> {
  readonly result: T;
  readonly changes: readonly AdministrativeChange[];
}

/** Writes for endpoints. */
export interface Changes {
  /** Runs the work in one transaction that no other change of configuration meets, and tells of what it did. */
  configure<T>(call: Call, work: (sql: Sql) => Promise<Written<T>>): Promise<T>;
  /** The same for what is no configuration, such as users: other work of the kind goes on beside it. */
  write<T>(call: Call, work: (sql: Sql) => Promise<Written<T>>): Promise<T>;
  /**
   * Applies one entry of a section of the tenant file. `makeEntry` is called again when somebody else changed something
   * meanwhile, so that it must read what it starts from. Throws `ApiError` for an entry that cannot be.
   */
  apply<S extends Section>(call: Call, section: S, makeEntry: () => Promise<EntryOf<S>>): Promise<ApplyReport>;
  /** Applies the tenant's own section. */
  applySettings(call: Call, makeSection: (tenant: Tenant) => TenantFileContent['tenant']): Promise<ApplyReport>;
}

type EntryOf<S extends Section> =
  NonNullable<TenantFileContent[S]> extends readonly (infer E)[] ? E : NonNullable<TenantFileContent[S]>;

interface Parts extends Pick<ApplyGround, 'hasher' | 'clock'> {
  readonly database: Database;
  readonly stores: ApplyStores;
  readonly audit: AuditLog;
  readonly forgetConfiguration: () => void;
}

const MOST_TRIES = 8;

/** Builds it. */
export function createChanges(parts: Parts): Changes {
  const { database, stores, audit, forgetConfiguration } = parts;
  // Of changes of configuration that run side by side all but one begin again: only those of other servers do here.
  const takeTurn = createTurns();

  async function applyContent(
    call: Call,
    makeContent: (tenant: Tenant) => Promise<Omit<TenantFileContent, 'tenant'> & Partial<TenantFileContent>>,
  ): Promise<ApplyReport> {
    for (let tries = 1; ; tries += 1) {
      const madeFrom = await readConfigurationVersion(database.sql);
      const tenant = await stores.tenants.findByName(call.tenant.name);
      if (!tenant) throw apiRefusals.notFound();
      const section = exportTenantSection({ stores, tenant, withSecrets: false, notes: [] });
      const content = { tenant: section, ...(await makeContent(tenant)) };
      try {
        const report = await applyTenantFile(
          {
            ...parts,
            defaultDomains: null,
            origin: 'api',
            madeFrom,
            record: (sql, _tenant, changes) =>
              audit(
                sql,
                tenant,
                call.actor,
                changes.map(({ action, noun, name, members }) => ({
                  action: action === 'created' ? action : 'updated',
                  noun,
                  name,
                  members: members.map(({ member }) => member),
                })),
              ),
          },
          checkTenantFile(content, memberName, null),
        );
        forgetConfiguration();
        return report;
      } catch (error) {
        if (error instanceof TenantFileError) throw refusalOfEntry(error);
        if (!(error instanceof ConfigurationMoved)) throw error;
        if (tries === MOST_TRIES) throw apiRefusals.tooBusy();
      }
    }
  }

  async function inTransaction<T>(
    call: Call,
    work: (sql: Sql) => Promise<Written<T>>,
    isConfiguration: boolean,
  ): Promise<T> {
    const result = await database.transaction(async (sql) => {
      if (isConfiguration) await lockConfiguration(sql);
      const { result: value, changes } = await work(sql);
      if (isConfiguration && changes.length > 0) await bumpConfigurationVersion(sql);
      await audit(sql, call.tenant, call.actor, changes);
      return value;
    });
    if (isConfiguration) forgetConfiguration();
    return result;
  }

  return {
    configure: (call, work) => takeTurn(() => inTransaction(call, work, true)),
    write: (call, work) => inTransaction(call, work, false),
    apply: (call, section, makeEntry) =>
      takeTurn(() =>
        applyContent(call, async () => {
          const entry = await makeEntry();
          return { [section]: section === 'attackProtection' ? entry : [entry] };
        }),
      ),
    applySettings: (call, makeSection) =>
      takeTurn(() => applyContent(call, async (tenant) => ({ tenant: makeSection(tenant) }))),
  };
}

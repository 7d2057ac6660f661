// The event in the tenant's log of a job that has ended. Called by the runner, in the transaction that ends it.
import type { TenantJob } from '../job/job-store.ts';
import type { Actor, AdministrativeChange } from '../log/administrative-event.ts';
import type { AuditLog } from '../log/audit-log.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantStore } from '../tenant/tenant-store.ts';

/** Who asked for the job stands in the event of its start. */
const RUNNER: Actor = {
  ...{ clientId: null, clientName: null, userId: null, ip: null, userAgent: null, hostname: null, requestId: null },
  operation: 'job',
  scope: [],
};

/** Builds it. */
export function createJobEvents(audit: AuditLog, tenants: TenantStore) {
  return async (sql: Sql, { tenantId, job }: TenantJob): Promise<void> => {
    const tenant = await tenants.findById(tenantId, sql);
    if (tenant) await audit(sql, tenant, RUNNER, [changeOf(job)]);
  };
}

function changeOf({ id, type, status, inserted, updated, failed }: TenantJob['job']): AdministrativeChange {
  const isImport = type === 'users_import';
  const noun = isImport ? 'users import' : 'users export';
  const counts = isImport ? `: ${inserted} inserted, ${updated} updated, ${failed} failed` : '';
  return {
    ...(isImport ? { type: status === 'completed' ? 'sui' : 'fui' } : {}),
    action: status === 'completed' ? 'completed' : 'failed',
    noun,
    name: `${id}${counts}`,
    members: [],
  };
}

// Writes administrative events, in the transaction of the change itself: a change without its event cannot happen.
import { hostname } from 'node:os';
import type { Clock } from '../lib/clock.ts';
import { cutText } from '../lib/logger.ts';
import type { Sql } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type Actor, type AdministrativeChange, administrativeToWire } from './administrative-event.ts';
import type { NextLogId } from './log-id.ts';
import type { LogStore } from './log-store.ts';

/** Adds an event for each change to the transaction. */
export type AuditLog = (
  sql: Sql,
  tenant: Pick<Tenant, 'id' | 'name'>,
  actor: Actor,
  changes: readonly AdministrativeChange[],
) => Promise<void>;

/** Builds it over the store. */
export function createAuditLog(store: LogStore, nextLogId: NextLogId, clock: Clock): AuditLog {
  const node = hostname();
  return async (sql, tenant, actor, changes) => {
    for (const change of changes) {
      const date = clock.now();
      const logId = nextLogId(date);
      const told = { ...actor, userAgent: actor.userAgent === null ? null : cutText(actor.userAgent) };
      const wire = administrativeToWire(
        { ...told, hostname: actor.hostname === null ? null : cutText(actor.hostname) },
        change,
        { logId, date, tenantName: tenant.name, node },
      );
      const { query } = store.insertionOf(tenant, {
        logId,
        date,
        type: change.type ?? 'sapi',
        clientId: actor.clientId,
        userId: actor.userId,
        requestId: actor.requestId,
        wire,
      });
      await sql.executeQuery(query);
    }
  };
}

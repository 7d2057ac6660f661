// What the operator changes at the command line stands in the tenant's log too, with the command in the place of a client.

import type { RecordChanges } from '../declaration/apply.ts';
import type { Ground } from '../ground.ts';
import type { Actor, AdministrativeChange } from '../log/administrative-event.ts';
import { createAuditLog } from '../log/audit-log.ts';
import { createLogIds } from '../log/log-id.ts';
import { createLogStore } from '../log/log-store.ts';
import type { Sql } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Writes down, in the transaction, what a command changed. */
export type TellChanges = (
  sql: Sql,
  tenant: Pick<Tenant, 'id' | 'name'>,
  changes: readonly AdministrativeChange[],
) => Promise<void>;

/** Of more things of one kind than this there is one event that counts them. */
const MOST_EVENTS = 20;

/** Builds it for one command, such as `gatehouse client update`. */
export function createOperatorAudit(
  { database, clock }: Pick<Ground, 'database' | 'clock'>,
  operation: string,
): TellChanges {
  const audit = createAuditLog(createLogStore(database.sql), createLogIds(), clock);
  const actor: Actor = {
    ...{ clientId: null, clientName: null, userId: null, ip: null, userAgent: null, hostname: null, requestId: null },
    operation,
    scope: [],
  };
  return (sql, tenant, changes) => audit(sql, tenant, actor, counted(changes));
}

/** The same for a file that is applied. */
export function createApplyAudit(ground: Pick<Ground, 'database' | 'clock'>, operation: string): RecordChanges {
  const tell = createOperatorAudit(ground, operation);
  return (sql, tenant, changes) =>
    tell(
      sql,
      tenant,
      changes.map(({ action, noun, name, members }) => ({
        action: action === 'created' ? action : 'updated',
        noun,
        name,
        members: members.map(({ member }) => member),
      })),
    );
}

function counted(changes: readonly AdministrativeChange[]): AdministrativeChange[] {
  const groups = Map.groupBy(changes, ({ noun, action }) => `${noun} ${action}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length <= MOST_EVENTS) return group;
    return [{ ...first, name: `${group.length} of them`, members: [] }];
  });
}

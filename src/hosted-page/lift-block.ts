// Lifts a block by a ticket: uses the ticket up, forgets what was counted there, and writes it down, all or nothing.
import type { BlockStore } from '../attack-protection/block-store.ts';
import type { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { OpenTicket } from './open-ticket.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly tickets: TicketStore;
  readonly blocks: BlockStore;
  readonly accountLog: AccountLog;
  readonly steadyTime: SteadyTime;
}

/** False for a ticket that does not work any more. */
export type LiftBlock = (tenant: Tenant, secret: Secret, open: OpenTicket, origin: PageOrigin) => Promise<boolean>;

/** Builds it. */
export function createLiftBlock({ database, tickets, blocks, accountLog, steadyTime }: Parts): LiftBlock {
  return (tenant, secret, { ticket, user }, origin) =>
    database.transaction(async (sql) => {
      const { kind, blockKey, clientId } = ticket;
      // Security: the one who deletes the row is the one who uses the ticket.
      if (blockKey === null || !(await tickets.use(tenant.id, kind, secret, steadyTime.now(), sql))) return false;
      await blocks.lift(tenant.id, { keys: [blockKey] }, sql);
      await accountLog(sql, tenant, {
        ...{ ...origin, type: 'ublkdu', description: 'A block was lifted by a link', clientId },
        ...{ userId: user.userId, userName: user.email },
      });
      return true;
    });
}

// Confirms the address of a user by a ticket: uses the ticket up, notes it in the user and in the log, all or nothing.

import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { UserStore } from '../user/user-store.ts';
import { problemOf } from './open-ticket.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly tickets: TicketStore;
  readonly users: UserStore;
  readonly accountLog: AccountLog;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/** False when somebody else used the ticket meanwhile, or the user changed. */
export type VerifyEmail = (tenant: Tenant, secret: Secret, ticket: Ticket, origin: PageOrigin) => Promise<boolean>;

/** Builds it. */
export function createEmailVerification(parts: Parts): VerifyEmail {
  const { database, tickets, users, accountLog, clock, steadyTime } = parts;
  return (tenant, secret, ticket, origin) =>
    database.transaction(async (sql) => {
      // Security: the one who deletes the row is the one who uses the ticket.
      if (!(await tickets.use(tenant.id, ticket.kind, secret, steadyTime.now(), sql))) return false;
      await users.lock(tenant.id, ticket.userId, sql);
      const user = await users.findById(tenant.id, ticket.userId, sql);
      if (!user || problemOf(ticket, user, steadyTime.now()) !== null) return false;
      await users.save(tenant.id, { ...user, emailVerified: true, updatedAt: clock.now() }, sql);
      const { userId, clientId, email: userName } = ticket;
      const description = 'The address was confirmed';
      await accountLog(sql, tenant, { ...origin, type: 'sv', description, userId, clientId, userName });
      return true;
    });
}

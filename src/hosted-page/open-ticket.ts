// Looks at a ticket without using it: whether it would work now, and for whom. Called when a page is shown, and again before
// anything costly is done for whoever sent its form.

import type { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { AccountEventType } from '../log/log-event.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Ticket, TicketKind } from '../ticket/ticket.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { User } from '../user/user.ts';
import type { UserStore } from '../user/user-store.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly tickets: TicketStore;
  readonly users: UserStore;
  readonly database: Pick<Database, 'transaction'>;
  readonly accountLog: AccountLog;
  readonly steadyTime: SteadyTime;
}

/** A ticket that works, and whose it is. */
export interface OpenTicket {
  readonly ticket: Ticket;
  readonly user: User;
}

/** Resolves to null for a ticket that does not work; one that has ended is told of in the log by this type. */
export type OpenTickets = (
  tenant: Tenant,
  kind: TicketKind,
  secret: Secret | null,
  failure: { readonly origin: PageOrigin; readonly type: AccountEventType },
) => Promise<OpenTicket | null>;

/** Builds it. */
export function createOpenTickets({ tickets, users, database, accountLog, steadyTime }: Parts): OpenTickets {
  return async (tenant, kind, secret, { origin, type }) => {
    const ticket = secret && (await tickets.find(tenant.id, kind, secret));
    const user = ticket && (await users.findById(tenant.id, ticket.userId));
    // Security: of a ticket that never was nothing is written down, or strangers could fill the log.
    if (!ticket || !user) return null;
    const problem = problemOf(ticket, user, steadyTime.now());
    if (problem === null) return { ticket, user };
    const { userId, clientId, email: userName } = ticket;
    await database.transaction((sql) =>
      accountLog(sql, tenant, { ...origin, type, description: problem, userId, clientId, userName }),
    );
    return null;
  };
}

/** Why the ticket does not work for this user; null when it does. */
export function problemOf(ticket: Ticket, user: User, now: number): string | null {
  if (ticket.expiresAt <= now) return 'The link had ended.';
  // Security: the link was sent to an address that is not the user's any more.
  return ticket.email === user.email ? null : 'The user has another e-mail address now.';
}

// Confirms the address of a user by a ticket: uses the ticket up, notes it in the user and in the log, all or nothing. In a
// database that only custom scripts reach they are told first.
import type { ConnectionStore } from '../connection/connection-store.ts';
import { scriptedAccountOf } from '../connection/scripted-account.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import type { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { User } from '../user/user.ts';
import type { UserStore } from '../user/user-store.ts';
import { type OpenTicket, problemOf } from './open-ticket.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly tickets: TicketStore;
  readonly users: UserStore;
  readonly connections: ConnectionStore;
  readonly accountScripts: AccountScripts;
  readonly accountLog: AccountLog;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/**
 * `invalid` when somebody else used the ticket meanwhile, or the user changed; `failed` when the address could not be confirmed
 * where the account is, which leaves the ticket as it is.
 */
export type VerifyEmail = (
  tenant: Tenant,
  secret: Secret,
  open: OpenTicket,
  origin: PageOrigin,
) => Promise<'done' | 'invalid' | 'failed'>;

/** Builds it. */
export function createEmailVerification(parts: Parts): VerifyEmail {
  const { database, tickets, users, connections, accountScripts, accountLog, clock, steadyTime } = parts;

  /** Why the scripts of the account do not take it, in words; null when they do, and where there are none. */
  async function problemElsewhere(tenant: Tenant, user: User, { ip }: PageOrigin): Promise<string | null> {
    const identities = await users.listIdentities(tenant.id, user.userId);
    const account = scriptedAccountOf(user, identities, await connections.list(tenant.id));
    if (!account) return null;
    const { scripts } = account;
    if (scripts.verify === null || user.email === null) return 'The connection has no script verify any more.';
    try {
      const failure = await accountScripts.verify({ tenantId: tenant.id, scripts, member: ip }, user.email);
      return failure && failure.words;
    } catch (error) {
      if (error instanceof TurnedAway) return 'Too many waited for their scripts.';
      throw error;
    }
  }

  return async (tenant, secret, { ticket, user: seen }, origin) => {
    const { userId, clientId, email: userName } = ticket;
    const about = { ...origin, userId, clientId, userName };
    const problem = await problemElsewhere(tenant, seen, origin);
    if (problem !== null) {
      await database.transaction((sql) => accountLog(sql, tenant, { ...about, type: 'fv', description: problem }));
      return 'failed';
    }
    return database.transaction(async (sql) => {
      // Security: the one who deletes the row is the one who uses the ticket.
      if (!(await tickets.use(tenant.id, ticket.kind, secret, steadyTime.now(), sql))) return 'invalid';
      await users.lock(tenant.id, userId, sql);
      const user = await users.findById(tenant.id, userId, sql);
      if (!user || problemOf(ticket, user, steadyTime.now()) !== null) return 'invalid';
      await users.save(tenant.id, { ...user, emailVerified: true, updatedAt: clock.now() }, sql);
      await accountLog(sql, tenant, { ...about, type: 'sv', description: 'The address was confirmed' });
      return 'done';
    });
  };
}

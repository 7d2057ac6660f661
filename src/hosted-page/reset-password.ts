// Sets a new password by a ticket: uses the ticket up, stores the hash, ends the user's refresh tokens and other tickets, and
// writes it down, all or nothing.
import { databaseOptionsOf, type PasswordPolicyName } from '../connection/connection.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import { type DatabaseAccount, databaseAccountOf } from '../connection/database-account.ts';
import { saveDatabaseUser } from '../directory/database/database-user.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import { isStrongEnough } from '../directory/database/password-policy.ts';
import type { Clock } from '../lib/clock.ts';
import { type FairLine, TurnedAway } from '../lib/fair-line.ts';
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
  readonly stores: Parameters<typeof saveDatabaseUser>[0] & {
    readonly tickets: TicketStore;
    readonly users: UserStore;
    readonly connections: ConnectionStore;
  };
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
  readonly accountLog: AccountLog;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/** How it ended: `weak` and `busy` leave the ticket as it is, `invalid` is a ticket that does not work any more. */
export type ResetOutcome = 'done' | 'weak' | 'busy' | 'invalid';

export interface PasswordReset {
  /** The policy that a new password must keep; null when the user's passwords are not ours. */
  policyFor(tenant: Tenant, user: User): Promise<PasswordPolicyName | null>;
  reset(tenant: Tenant, secret: Secret, open: OpenTicket, password: Secret, origin: PageOrigin): Promise<ResetOutcome>;
}

/** Builds it. */
export function createPasswordReset(parts: Parts): PasswordReset {
  const { database, stores, hasher, line, accountLog, clock, steadyTime } = parts;

  async function findAccount(tenant: Tenant, user: User): Promise<DatabaseAccount | null> {
    const connections = await stores.connections.list(tenant.id);
    return databaseAccountOf(user, await stores.users.listIdentities(tenant.id, user.userId), connections);
  }

  async function hashOf(password: Secret, ip: string): Promise<string | null> {
    try {
      return await line.enter({ group: 'reset-password', member: ip }).run(() => hasher.hash(password));
    } catch (error) {
      if (error instanceof TurnedAway) return null;
      throw error;
    }
  }

  const policyOf = ({ connection }: DatabaseAccount) => databaseOptionsOf(connection.options).passwordPolicy;

  return {
    async policyFor(tenant, user) {
      const account = await findAccount(tenant, user);
      return account && policyOf(account);
    },

    async reset(tenant, secret, { ticket, user: seen }, password, origin) {
      const account = await findAccount(tenant, seen);
      if (!account) return 'invalid';
      if (!isStrongEnough(policyOf(account), password)) return 'weak';
      const passwordHash = await hashOf(password, origin.ip);
      if (passwordHash === null) return 'busy';
      return database.transaction(async (sql): Promise<ResetOutcome> => {
        // Security: the one who deletes the row is the one who uses the ticket.
        if (!(await stores.tickets.use(tenant.id, ticket.kind, secret, steadyTime.now(), sql))) return 'invalid';
        await stores.users.lock(tenant.id, ticket.userId, sql);
        const stored = await stores.users.findById(tenant.id, ticket.userId, sql);
        if (!stored || problemOf(ticket, stored, steadyTime.now()) !== null) return 'invalid';
        const now = clock.now();
        const emailVerified = stored.emailVerified || ticket.verifiesEmail;
        const user = { ...stored, emailVerified, updatedAt: now };
        const { identity, connection } = account;
        const saved = { user, identityId: identity.identityId, passwordHash };
        await saveDatabaseUser(stores, tenant.id, connection, saved, now, sql);
        await accountLog(sql, tenant, {
          ...{ ...origin, type: 'scp', description: 'A new password was set by a link' },
          ...{ connection: connection.name, connectionId: connection.id, clientId: ticket.clientId },
          ...{ userId: user.userId, userName: user.email ?? user.username },
        });
        return 'done';
      });
    },
  };
}

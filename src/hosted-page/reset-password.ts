// Sets a new password by a ticket: uses the ticket up, stores the hash, ends the user's refresh tokens and other tickets, and
// writes it down, all or nothing. reset-by-script.ts does it where custom scripts keep the password.
import type { KeyedHash } from '../attack-protection/attempt-keys.ts';
import type { BlockStore } from '../attack-protection/block-store.ts';
import type { RefusesNewPassword } from '../attack-protection/breach-guard.ts';
import { liftUserBlocks } from '../attack-protection/user-blocks.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import { type DatabaseAccount, databaseAccountOf } from '../connection/database-account.ts';
import { databaseOptionsOf, type PasswordPolicy } from '../connection/database-options.ts';
import { type ScriptedAccount, scriptedAccountOf } from '../connection/scripted-account.ts';
import { saveDatabaseUser } from '../directory/database/database-user.ts';
import { checkNewPassword } from '../directory/database/new-password.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { PasswordProblem } from '../directory/database/password-policy.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
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
import { createResetByScript } from './reset-by-script.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly stores: Omit<Parameters<typeof saveDatabaseUser>[0], 'tickets'> & {
    readonly tickets: TicketStore;
    readonly users: UserStore;
    readonly connections: ConnectionStore;
    readonly blocks: BlockStore;
  };
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
  readonly accountScripts: AccountScripts;
  readonly keyedHash: KeyedHash;
  readonly refusesNewPassword: RefusesNewPassword;
  readonly accountLog: AccountLog;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/**
 * How it ended: a problem, `leaked`, `busy` and `failed`, which is a script that did not set it, leave the ticket as it is; `invalid` is a
 * ticket that does not work any more.
 */
export type ResetOutcome = 'done' | 'leaked' | 'busy' | 'invalid' | 'failed' | PasswordProblem;

type Account = DatabaseAccount | ScriptedAccount;

export interface PasswordReset {
  /** The policy that a new password must keep; null when the user's passwords are not ours. */
  policyFor(tenant: Tenant, user: User): Promise<PasswordPolicy | null>;
  reset(tenant: Tenant, secret: Secret, open: OpenTicket, password: Secret, origin: PageOrigin): Promise<ResetOutcome>;
}

/** Builds it. */
export function createPasswordReset(parts: Parts): PasswordReset {
  const { database, stores, hasher, line, accountLog, refusesNewPassword, clock, steadyTime } = parts;

  const resetByScript = createResetByScript(parts);

  /** The account whose password can be set; null for none. */
  async function findAccount(tenant: Tenant, user: User): Promise<Account | null> {
    const connections = await stores.connections.list(tenant.id);
    const identities = await stores.users.listIdentities(tenant.id, user.userId);
    const scripted = scriptedAccountOf(user, identities, connections);
    if (scripted) return scripted.scripts.changePassword === null ? null : scripted;
    return databaseAccountOf(user, identities, connections);
  }

  /** The hash of a password that the account may have, null where it is kept elsewhere; otherwise why there is none. */
  async function hashOf(
    tenant: Tenant,
    account: Account,
    { ticket, user: person }: OpenTicket,
    password: Secret,
    origin: PageOrigin,
  ) {
    const { ip } = origin;
    const inLine = <T>(work: () => Promise<T>) => line.enter({ group: 'reset-password', member: ip }).run(work);
    const { identity, connection } = account;
    try {
      const problem = await checkNewPassword(
        { ...stores, verify: (hash, typed) => inLine(() => hasher.verify(hash, typed)) },
        {
          ...{ tenantId: tenant.id, connectionId: connection.id, identityId: identity.identityId },
          ...{ policy: policyOf(account), password, person },
        },
      );
      if (problem) return problem;
      const about = {
        ...{ ...origin, connection: connection.name, connectionId: connection.id, clientId: ticket.clientId },
        ...{ userId: person.userId, userName: person.email ?? person.username },
      };
      if (await refusesNewPassword(tenant, password, about)) return 'leaked';
      return { hash: 'scripts' in account ? null : await inLine(() => hasher.hash(password)) };
    } catch (error) {
      if (error instanceof TurnedAway) return 'busy';
      throw error;
    }
  }

  const policyOf = ({ connection }: Account) => databaseOptionsOf(connection.options).passwordPolicy;

  return {
    async policyFor(tenant, user) {
      const account = await findAccount(tenant, user);
      return account && policyOf(account);
    },

    async reset(tenant, secret, open, password, origin) {
      const { ticket, user: seen } = open;
      const account = await findAccount(tenant, seen);
      if (!account) return 'invalid';
      const hashed = await hashOf(tenant, account, open, password, origin);
      if (typeof hashed === 'string' || 'message' in hashed) return hashed;
      if ('scripts' in account) return resetByScript(tenant, open, account, password, origin);
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
        const saved = { user, identityId: identity.identityId, passwordHash: hashed.hash, policy: policyOf(account) };
        await saveDatabaseUser(stores, tenant.id, connection, saved, now, sql);
        const identities = await stores.users.listIdentities(tenant.id, user.userId, sql);
        await liftUserBlocks({ blocks: stores.blocks, keyedHash: parts.keyedHash }, tenant.id, user, identities, sql);
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

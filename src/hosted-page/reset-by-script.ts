// Sets a new password by a ticket in a database that only custom scripts reach: the script sets it there, and then the user's
// refresh tokens and tickets end, this one among them. Called by reset-password.ts, behind the check of the password.
import type { KeyedHash } from '../attack-protection/attempt-keys.ts';
import type { BlockStore } from '../attack-protection/block-store.ts';
import { liftUserBlocks } from '../attack-protection/user-blocks.ts';
import type { ScriptedAccount } from '../connection/scripted-account.ts';
import { endOldPassword, type UserStores } from '../directory/database/database-user.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import type { Secret } from '../lib/secret.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { OpenTicket } from './open-ticket.ts';
import type { PageOrigin } from './ticket-request.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly stores: Pick<UserStores, 'refreshTokens' | 'tickets'> & { readonly blocks: BlockStore };
  readonly keyedHash: KeyedHash;
  readonly accountScripts: AccountScripts;
  readonly accountLog: AccountLog;
  readonly clock: Clock;
}

/** `failed` when the script did not set it, which leaves the ticket as it is; otherwise as `ResetOutcome`. */
export type ResetByScript = (
  tenant: Tenant,
  open: OpenTicket,
  account: ScriptedAccount,
  password: Secret,
  origin: PageOrigin,
) => Promise<'done' | 'busy' | 'invalid' | 'failed'>;

/** Builds it. */
export function createResetByScript(parts: Parts): ResetByScript {
  const { database, stores, accountScripts, accountLog, clock } = parts;

  return async (tenant, { ticket, user }, { scripts, connection, identity }, password, origin) => {
    if (user.email === null) return 'invalid';
    const call = { tenantId: tenant.id, scripts, member: origin.ip };
    const about = {
      ...{ ...origin, connection: connection.name, connectionId: connection.id, clientId: ticket.clientId },
      ...{ userId: user.userId, userName: user.email },
    };
    try {
      const failure = await accountScripts.changePassword(call, user.email, password);
      if (failure) {
        await database.transaction((sql) =>
          accountLog(sql, tenant, { ...about, type: 'fcp', description: failure.words }),
        );
        return 'failed';
      }
    } catch (error) {
      if (error instanceof TurnedAway) return 'busy';
      throw error;
    }
    await database.transaction(async (sql) => {
      // Security: this uses the ticket up as well.
      await endOldPassword(stores, tenant.id, user.userId, clock.now(), sql);
      await liftUserBlocks({ blocks: stores.blocks, keyedHash: parts.keyedHash }, tenant.id, user, [identity], sql);
      const description = 'A new password was set by a link and the script change_password';
      await accountLog(sql, tenant, { ...about, type: 'scp', description });
    });
    return 'done';
  };
}

// A password that somebody is to have by the Management API: checked against the policy of the connection, looked up among breached
// ones where it takes the place of another, and hashed where it is kept here. Called by user-changes.ts.
import type { RefusesNewPassword } from '../attack-protection/breach-guard.ts';
import type { StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { checkNewPassword, type NewPassword } from '../directory/database/new-password.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { PasswordProblem } from '../directory/database/password-policy.ts';
import { apiRefusals } from '../error/api-error.ts';
import { type FairLine, TurnedAway } from '../lib/fair-line.ts';
import type { Secret } from '../lib/secret.ts';
import type { User } from '../user/user.ts';
import type { Call } from './endpoint.ts';

interface Parts {
  readonly stores: Pick<ApplyStores, 'credentials'>;
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
  readonly refusesNewPassword: RefusesNewPassword;
}

/** The password, and who is to have it. */
export interface WantedPassword extends Pick<NewPassword, 'identityId' | 'password' | 'person'> {
  /** The user whose password is changed by it; null for one that is yet to be made. */
  readonly changed: User | null;
}

/** Each throws `ApiError` for a password that the account may not have, and when there is too much to do. */
export interface WantedPasswords {
  require(call: Call, connection: StoredConnection, wanted: WantedPassword): Promise<void>;
  /** The same; resolves to the hash. */
  hash(call: Call, connection: StoredConnection, wanted: WantedPassword): Promise<string>;
}

/** Builds it. */
export function createWantedPasswords({ stores, hasher, line, refusesNewPassword }: Parts): WantedPasswords {
  async function inLine<T>({ caller, actor }: Call, work: () => Promise<T>): Promise<T> {
    try {
      return await line.enter({ group: caller.clientId, member: actor.ip ?? '' }).run(work);
    } catch (error) {
      return busy(error);
    }
  }

  async function require(call: Call, connection: StoredConnection, wanted: WantedPassword): Promise<void> {
    const problem = await checkNewPassword(
      { ...stores, verify: (hash, password) => inLine(call, () => hasher.verify(hash, password)) },
      {
        ...wanted,
        tenantId: call.tenant.id,
        connectionId: connection.id,
        policy: databaseOptionsOf(connection.options).passwordPolicy,
      },
    );
    if (problem) throw refusalOfPassword(problem);
    if (wanted.changed) await requireUnbreached(call, connection, wanted.password, wanted.changed);
  }

  async function requireUnbreached(call: Call, connection: StoredConnection, password: Secret, user: User) {
    const { ip, userAgent, hostname, requestId } = call.actor;
    const about = {
      ...{ ip: ip ?? '', ipSource: null, userAgent, hostname: hostname ?? '', requestId: requestId ?? '' },
      ...{ connection: connection.name, connectionId: connection.id, clientId: call.caller.clientId },
      ...{ userId: user.userId, userName: user.email ?? user.username },
    };
    if (!(await refusesNewPassword(call.tenant, password, about))) return;
    throw apiRefusals.badRequest('PasswordLeakedError: Password is known from a data breach', 'password_leaked');
  }

  return {
    require,
    async hash(call, connection, wanted) {
      await require(call, connection, wanted);
      return inLine(call, () => hasher.hash(wanted.password));
    },
  };
}

/** Auth0: the words begin with the name of the problem. */
function refusalOfPassword({ name, message }: PasswordProblem) {
  return apiRefusals.badRequest(`${name}: ${message}`, PASSWORD_CODES[name]);
}

const PASSWORD_CODES = {
  PasswordStrengthError: 'auth0_password_strength_error',
  PasswordDictionaryError: 'auth0_password_dictionary_error',
  PasswordNoUserInfoError: 'auth0_password_no_user_info_error',
  PasswordHistoryError: 'auth0_password_history_error',
} as const;

/** Throws that there is too much to do for `TurnedAway`, and anything else as it is. */
export function busy(error: unknown): never {
  if (error instanceof TurnedAway) throw apiRefusals.tooBusy();
  throw error;
}

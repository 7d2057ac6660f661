// A password that somebody is to have by the Management API: checked against the policy of the connection, and hashed where it
// is kept here. Called by user-changes.ts.
import type { StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { checkNewPassword, type NewPassword } from '../directory/database/new-password.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { PasswordProblem } from '../directory/database/password-policy.ts';
import { apiRefusals } from '../error/api-error.ts';
import { type FairLine, TurnedAway } from '../lib/fair-line.ts';
import type { Call } from './endpoint.ts';

interface Parts {
  readonly stores: Pick<ApplyStores, 'credentials'>;
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
}

/** The password, and who is to have it. */
export type WantedPassword = Pick<NewPassword, 'identityId' | 'password' | 'person'>;

/** Each throws `ApiError` for a password that the account may not have, and when there is too much to do. */
export interface WantedPasswords {
  require(call: Call, connection: StoredConnection, wanted: WantedPassword): Promise<void>;
  /** The same; resolves to the hash. */
  hash(call: Call, connection: StoredConnection, wanted: WantedPassword): Promise<string>;
}

/** Builds it. */
export function createWantedPasswords({ stores, hasher, line }: Parts): WantedPasswords {
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

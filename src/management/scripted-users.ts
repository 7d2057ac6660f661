// Makes, changes and removes accounts in databases that only custom scripts reach, for the Management API. Called by
// user-changes.ts; after each script that worked, what is kept of the user here is written.
import type { StoredConnection } from '../connection/connection.ts';
import { keepingScriptsOf, type ScriptedAccount } from '../connection/scripted-account.ts';
import type { UserScripts } from '../connection/user-source.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import type { AccountScripts, ScriptFailure } from '../directory/origin/account-scripts.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { User, UserId } from '../user/user.ts';
import type { NewUserBody } from '../user/user-body.ts';
import { insertUpstreamUser } from '../user/user-provisioning.ts';
import type { Changes } from './changes.ts';
import type { Call } from './endpoint.ts';
import type { VerificationMails } from './verification-mails.ts';
import { busy, type WantedPasswords } from './wanted-password.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly verificationMails: VerificationMails;
  readonly passwords: WantedPasswords;
  readonly accountScripts: AccountScripts;
  readonly clock: Clock;
}

/** Each throws `ApiError`; where a script failed, nothing was written here. */
export interface ScriptedUsers {
  /** `draft` is the user as the body wants it. */
  create(call: Call<unknown, NewUserBody>, connection: StoredConnection, draft: User): Promise<UserId>;
  /** Gives the account another password; refresh tokens and links are the caller's to end. */
  changePassword(call: Call, account: ScriptedAccount, user: User, password: string): Promise<void>;
  /** Does nothing for a connection without the script. */
  remove(call: Call, account: ScriptedAccount): Promise<void>;
}

/** Builds it. */
export function createScriptedUsers(parts: Parts): ScriptedUsers {
  const { stores, changes, verificationMails, passwords, accountScripts, clock } = parts;
  const callOf = ({ tenant, caller }: Call, scripts: UserScripts) => ({
    ...{ tenantId: tenant.id, scripts },
    member: caller.clientId,
  });

  return {
    async create(call, connection, draft) {
      const { tenant, body } = call;
      const scripts = keepingScriptsOf(connection);
      if (scripts === null || scripts.create === null) {
        throw apiRefusals.badRequest(
          'The users of this connection are where its customScripts look for them: create them there, or give it the script create',
          'invalid_connection',
        );
      }
      requireMembers(body, scripts);
      const { password: typed = '', verify_email: verifies, connection: name, blocked, ...said } = body;
      const password = new Secret(typed);
      await passwords.require(call, connection, { identityId: null, password, person: draft, changed: null });
      if (verifies) await verificationMails.require(call, draft);
      const wanted = { ...said, tenant: tenant.name, connection: name, client_id: call.caller.clientId };
      const made = await accountScripts.create(callOf(call, scripts), wanted, password).catch(busy);
      if (made.kind === 'exists') throw apiRefusals.conflict('The user already exists.', 'auth0_idp_error');
      if (made.kind === 'failed') throw unavailable(made);
      // When this fails, the account is there all the same: its first login writes what is missing here.
      return changes.write(call, async (sql) => {
        const { user } = await insertUpstreamUser(stores.users, tenant.id, connection, made.account, clock.now(), sql);
        const userMetadata = { ...user.userMetadata, ...body.user_metadata };
        const appMetadata = { ...user.appMetadata, ...body.app_metadata };
        const kept = { ...user, userMetadata, appMetadata, blocked: blocked ?? user.blocked };
        await stores.users.save(tenant.id, kept, sql);
        if (verifies) await verificationMails.add(call, { user, clientId: null, jobId: null }, sql);
        const change = { action: 'created', noun: 'user', name: user.userId, members: Object.keys(body) } as const;
        return { result: user.userId, changes: [change] };
      });
    },

    async changePassword(call, { connection, scripts }, user, typed) {
      if (user.email === null) {
        throw apiRefusals.badRequest(
          'The user has no e-mail address, by which the script change_password knows whose password it is.',
          'operation_not_supported',
        );
      }
      const password = new Secret(typed);
      await passwords.require(call, connection, { identityId: null, password, person: user, changed: user });
      const failure = await accountScripts.changePassword(callOf(call, scripts), user.email, password).catch(busy);
      if (failure) throw unavailable(failure);
    },

    async remove(call, { identity, scripts }) {
      if (scripts.remove === null) return;
      const failure = await accountScripts.remove(callOf(call, scripts), identity.identityId).catch(busy);
      if (failure) throw unavailable(failure);
    },
  };
}

/** Throws for members that the scripts decide, and would undo. */
function requireMembers({ user_id: id, verify_email: verifies }: NewUserBody, { verify }: UserScripts): void {
  if (id !== undefined) {
    throw apiRefusals.invalidBody(`'The scripts of the connection give users their ids' on property user_id.`);
  }
  if (verifies && verify === null) {
    throw apiRefusals.invalidBody(`'The connection has no script verify' on property verify_email.`);
  }
}

function unavailable({ words }: ScriptFailure) {
  return apiRefusals.unavailable(new Error(words));
}

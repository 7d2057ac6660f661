// Creates, changes and removes users for the Management API. Accounts of our own databases can be changed whole; of other
// directories' users only what is ours: blocks and metadata.
import type { KeyedHash } from '../attack-protection/attempt-keys.ts';
import type { BlockStore } from '../attack-protection/block-store.ts';
import type { RefusesNewPassword } from '../attack-protection/breach-guard.ts';
import { liftUserBlocks } from '../attack-protection/user-blocks.ts';
import { ADMINISTRATORS, DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { databaseAccountOf } from '../connection/database-account.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import { scriptedAccountOf } from '../connection/scripted-account.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { IdentifierTaken } from '../directory/database/credential-store.ts';
import { endOldPassword, saveDatabaseUser } from '../directory/database/database-user.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
import type { LookUpUser } from '../directory/origin/user-lookup.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { FairLine } from '../lib/fair-line.ts';
import { randomHex } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { userIdOf } from '../user/identity.ts';
import { withDefaults } from '../user/profile.ts';
import type { User, UserId } from '../user/user.ts';
import type { ChangedUserBody, NewUserBody } from '../user/user-body.ts';
import { changedUser, requireOneNameAtATime, requireOwnMembers } from './changed-user.ts';
import type { Changes } from './changes.ts';
import type { Call } from './endpoint.ts';
import { createScriptedUsers } from './scripted-users.ts';
import type { VerificationMails } from './verification-mails.ts';
import { busy, createWantedPasswords } from './wanted-password.ts';

/** Writes users; each throws `ApiError`. */
export interface UserChanges {
  create(call: Call<unknown, NewUserBody>): Promise<UserId>;
  update(call: Call, userId: string, body: ChangedUserBody): Promise<void>;
  /** Does nothing for a user who is not there. */
  remove(call: Call, userId: string): Promise<void>;
  getUser(tenantId: TenantId, userId: string, sql?: Sql): Promise<User>;
  /** The same; throws for an administrator too, whom this API does not change. */
  getChangeable(tenantId: TenantId, userId: string, sql?: Sql): Promise<User>;
}

interface Parts {
  readonly stores: ApplyStores & { readonly blocks: BlockStore };
  readonly changes: Changes;
  readonly verificationMails: VerificationMails;
  readonly hasher: PasswordHasher;
  readonly line: FairLine;
  readonly lookUpUser: LookUpUser;
  readonly accountScripts: AccountScripts;
  readonly keyedHash: KeyedHash;
  readonly refusesNewPassword: RefusesNewPassword;
  readonly clock: Clock;
}

const IDENTITY_ID_LENGTH = 24;

/** Builds it. */
export function createUserChanges(parts: Parts): UserChanges {
  const { stores, changes, verificationMails, lookUpUser, keyedHash, clock } = parts;
  const passwords = createWantedPasswords(parts);
  const scripted = createScriptedUsers({ ...parts, passwords });

  async function getUser(tenantId: TenantId, userId: string, sql?: Sql): Promise<User> {
    const user = await stores.users.findById(tenantId, userId, sql);
    if (!user) throw apiRefusals.missing('user');
    return user;
  }

  async function getChangeable(tenantId: TenantId, userId: string, sql?: Sql): Promise<User> {
    const user = await getUser(tenantId, userId, sql);
    const connections = await stores.connections.list(tenantId, sql);
    const own = connections.find(({ name }) => name === ADMINISTRATORS);
    if (!own) return user;
    // Security: who may change users could otherwise become an administrator by a new password for one.
    const identities = await stores.users.listIdentities(tenantId, userId, sql);
    if (identities.some(({ connectionId }) => connectionId === own.id)) {
      throw apiRefusals.notAllowed('Administrators are changed at the command line of the server: `gatehouse admin`.');
    }
    return user;
  }

  async function getDatabase(tenantId: TenantId, name: string): Promise<StoredConnection> {
    const found = (await stores.connections.list(tenantId)).find((one) => one.name === name);
    if (!found || found.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
    if (found.strategy !== DATABASE_STRATEGY) {
      throw apiRefusals.badRequest('Users can be created in database connections only', 'invalid_connection');
    }
    return found;
  }

  /** Throws for somebody who is still to move in under this name. */
  async function requireNobodyThere(call: Call<unknown, NewUserBody>, connection: StoredConnection): Promise<void> {
    const { tenant, caller, body } = call;
    const name = body.email ?? body.username ?? '';
    const { source } = databaseOptionsOf(connection.options, connection.secrets);
    const found = await lookUpUser({ tenantId: tenant.id, source, name, member: caller.clientId }).catch(busy);
    if (found === 'there') throw userExists();
    if (found === 'unsure') throw apiRefusals.unavailable(new Error('The script get_user failed.'));
  }

  function requireNames(
    connection: StoredConnection,
    { email, username }: Pick<NewUserBody, 'email' | 'username'>,
  ): void {
    const { requiresUsername, usernameLength } = databaseOptionsOf(connection.options);
    if (username !== undefined && !requiresUsername) {
      throw apiRefusals.invalidBody(`'The connection has no user names' on property username.`);
    }
    const { min, max } = usernameLength;
    if (username !== undefined && (username.length < min || username.length > max)) {
      throw apiRefusals.invalidBody(`'A user name has ${min} to ${max} characters' on property username.`);
    }
    if (email === undefined && username === undefined) {
      throw apiRefusals.invalidBody("'Missing required property: email'.");
    }
  }

  return {
    getUser,
    getChangeable,

    async create(call) {
      const { tenant, body } = call;
      const connection = await getDatabase(tenant.id, body.connection);
      requireNames(connection, body);
      if (body.password === undefined) throw apiRefusals.invalidBody("'Missing required property: password'.");
      const identityId = body.user_id ?? randomHex(IDENTITY_ID_LENGTH);
      const now = clock.now();
      const user = newUser(body, userIdOf(connection, identityId), now);
      if (!databaseOptionsOf(connection.options).keepsPasswords) return scripted.create(call, connection, user);
      await requireNobodyThere(call, connection);
      if (body.verify_email) await verificationMails.require(call, user);
      const wanted = { identityId: null, password: new Secret(body.password), person: user, changed: null };
      const passwordHash = await passwords.hash(call, connection, wanted);
      const { passwordPolicy: policy } = databaseOptionsOf(connection.options);
      return changes.write(call, async (sql) => {
        if (!(await stores.users.insertIfMissing(tenant.id, user, sql))) throw userExists();
        const saved = { user, identityId, passwordHash, policy };
        await saveDatabaseUser(stores, tenant.id, connection, saved, now, sql).catch(taken);
        if (body.verify_email) await verificationMails.add(call, { user, clientId: null, jobId: null }, sql);
        const change = { action: 'created', noun: 'user', name: user.userId, members: Object.keys(body) } as const;
        return { result: user.userId, changes: [change] };
      });
    },

    async update(call, userId, body) {
      const { tenant } = call;
      requireOneNameAtATime(body);
      const seen = await getChangeable(tenant.id, userId);
      const connections = await stores.connections.list(tenant.id);
      const identities = await stores.users.listIdentities(tenant.id, userId);
      const main = databaseAccountOf(seen, identities, connections);
      const isMeant = (one: StoredConnection) => (body.connection ?? one.name) === one.name;
      const account = main && isMeant(main.connection) ? main : null;
      const elsewhere = main ? null : scriptedAccountOf(seen, identities, connections);
      const hasScript =
        elsewhere !== null && isMeant(elsewhere.connection) && elsewhere.scripts.changePassword !== null;
      const setElsewhere = hasScript ? body.password : undefined;
      if (!account) requireOwnMembers(body, hasScript ? ['password'] : []);
      else if (body.username !== undefined) requireNames(account.connection, body);
      if (body.verify_email) await verificationMails.require(call, changedUser(seen, body, clock.now()));
      const hash =
        account && body.password !== undefined
          ? await passwords.hash(call, account.connection, {
              identityId: account.identity.identityId,
              password: new Secret(body.password),
              person: changedUser(seen, body, clock.now()),
              changed: seen,
            })
          : null;
      if (elsewhere && setElsewhere !== undefined) {
        await scripted.changePassword(call, elsewhere, seen, setElsewhere);
      }
      await changes.write(call, async (sql) => {
        await stores.users.lock(tenant.id, userId, sql);
        const stored = await getChangeable(tenant.id, userId, sql);
        const now = clock.now();
        const user = changedUser(stored, body, now);
        if (account) {
          const { identityId } = account.identity;
          const { passwordPolicy: policy } = databaseOptionsOf(account.connection.options);
          const saved = { user, identityId, passwordHash: hash, policy };
          await saveDatabaseUser(stores, tenant.id, account.connection, saved, now, sql).catch(taken);
        } else {
          await stores.users.save(tenant.id, user, sql);
        }
        if (setElsewhere !== undefined) await endOldPassword(stores, tenant.id, userId, now, sql);
        if (hash !== null || setElsewhere !== undefined) {
          await liftUserBlocks({ blocks: stores.blocks, keyedHash }, tenant.id, stored, identities, sql);
        }
        if (body.verify_email) {
          await verificationMails.add(call, { user, clientId: body.client_id ?? null, jobId: null }, sql);
        }
        const change = { action: 'updated', noun: 'user', name: userId, members: Object.keys(body) } as const;
        return { result: undefined, changes: [change] };
      });
    },

    async remove(call, userId) {
      const { tenant } = call;
      if (!(await stores.users.findById(tenant.id, userId))) return;
      const seen = await getChangeable(tenant.id, userId);
      const identities = await stores.users.listIdentities(tenant.id, userId);
      const account = scriptedAccountOf(seen, identities, await stores.connections.list(tenant.id));
      // First, so that who is still there is still here, and can be deleted again.
      if (account) await scripted.remove(call, account);
      await changes.write(call, async (sql) => {
        if (!(await stores.users.findById(tenant.id, userId, sql))) return { result: undefined, changes: [] };
        await getChangeable(tenant.id, userId, sql);
        await stores.users.delete(tenant.id, userId, sql);
        await stores.logErasures.order(tenant.id, userId, clock.now(), sql);
        const change = { action: 'deleted', noun: 'user', name: userId, members: [] } as const;
        return { result: undefined, changes: [change] };
      });
    },
  };
}

function userExists() {
  return apiRefusals.conflict('The user already exists.', 'auth0_idp_error');
}

function taken(error: unknown): never {
  if (error instanceof IdentifierTaken) throw userExists();
  throw error;
}

function newUser(body: NewUserBody, userId: UserId, now: number): User {
  const profile = withDefaults({
    email: body.email ?? null,
    emailVerified: body.email_verified ?? false,
    username: body.username ?? null,
    phoneNumber: body.phone_number ?? null,
    phoneVerified: body.phone_verified ?? false,
    name: body.name ?? null,
    givenName: body.given_name ?? null,
    familyName: body.family_name ?? null,
    middleName: null,
    nickname: body.nickname ?? null,
    picture: body.picture ?? null,
  });
  return {
    ...profile,
    userId,
    blocked: body.blocked ?? false,
    userMetadata: body.user_metadata ?? {},
    appMetadata: body.app_metadata ?? {},
    groups: null,
    upstreamAttributes: null,
    createdAt: now,
    updatedAt: now,
  };
}

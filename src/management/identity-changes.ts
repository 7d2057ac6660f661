// Links accounts to a user and takes them off again. A linked account's user is no user of its own any more: whoever logs in
// to the account is the user it was linked to. Called by identity-api.ts.
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type Identity, namedUserIdOf, userIdOf } from '../user/identity.ts';
import type { Profile, User } from '../user/user.ts';
import type { Changes } from './changes.ts';
import type { Call } from './endpoint.ts';
import type { UserChanges } from './user-changes.ts';

/** Links and unlinks; each resolves to the identities that the user has then, and throws `ApiError`. */
export interface IdentityChanges {
  link(call: Call, userId: string, secondaryId: string): Promise<Identity[]>;
  unlink(call: Call, userId: string, provider: string, identityId: string): Promise<Identity[]>;
}

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly users: UserChanges;
}

/** Builds it. */
export function createIdentityChanges({ stores, changes, users }: Parts): IdentityChanges {
  async function done(call: Call, userId: string, sql: Sql) {
    const result = await stores.users.listIdentities(call.tenant.id, userId, sql);
    const change = { action: 'updated', noun: 'user', name: userId, members: ['identities'] } as const;
    return { result, changes: [change] };
  }

  /** Under the name that it would have without the user it is linked to. */
  async function ownIdOf(tenantId: TenantId, { connectionId, identityId }: Identity, sql: Sql) {
    const connection = (await stores.connections.list(tenantId, sql)).find(({ id }) => id === connectionId);
    if (!connection) throw apiRefusals.missing('connection');
    const free = userIdOf(connection, identityId);
    const other = await stores.users.findById(tenantId, free, sql);
    return other ? namedUserIdOf(connection, identityId) : free;
  }

  return {
    link: (call, userId, secondaryId) =>
      changes.write(call, async (sql) => {
        const { id: tenantId } = call.tenant;
        if (userId === secondaryId) {
          throw apiRefusals.badRequest(
            'Main account and specified linked account are the same',
            'operation_not_supported',
          );
        }
        // One order for everybody, so that two links do not wait for each other.
        for (const id of [userId, secondaryId].toSorted()) await stores.users.lock(tenantId, id, sql);
        await users.getChangeable(tenantId, userId, sql);
        const secondary = await users.getChangeable(tenantId, secondaryId, sql);
        // Security: shut out is shut out, also by another door; and unlinked again the user would be let in.
        if (secondary.blocked) {
          throw apiRefusals.badRequest('A blocked user cannot be linked', 'operation_not_supported');
        }
        for (const identity of await stores.users.listIdentities(tenantId, secondaryId, sql)) {
          const linkedProfile = identity.linkedProfile ?? { ...profileOf(secondary), createdAt: secondary.createdAt };
          await stores.users.moveIdentity(
            tenantId,
            { ...identity, userId: userId as User['userId'], linkedProfile },
            sql,
          );
        }
        await stores.users.delete(tenantId, secondaryId, sql);
        return done(call, userId, sql);
      }),

    unlink: (call, userId, provider, identityId) =>
      changes.write(call, async (sql) => {
        const { id: tenantId } = call.tenant;
        await stores.users.lock(tenantId, userId, sql);
        await users.getChangeable(tenantId, userId, sql);
        const identities = await stores.users.listIdentities(tenantId, userId, sql);
        const identity = identities.find(
          (one) => one.provider === provider && [identityId, suffixOf(identityId)].includes(one.identityId),
        );
        if (!identity) throw apiRefusals.missing('identity');
        if (!identity.linkedProfile) {
          throw apiRefusals.badRequest('Main identity cannot be unlinked', 'operation_not_supported');
        }
        const { createdAt, ...profile } = identity.linkedProfile;
        const ownId = await ownIdOf(tenantId, identity, sql);
        const user: User = {
          ...profile,
          userId: ownId,
          blocked: false,
          userMetadata: {},
          appMetadata: {},
          groups: null,
          upstreamAttributes: null,
          createdAt,
          updatedAt: createdAt,
        };
        if (!(await stores.users.insertIfMissing(tenantId, user, sql))) {
          throw apiRefusals.conflict('The user already exists.', 'auth0_idp_error');
        }
        await stores.users.moveIdentity(tenantId, { ...identity, userId: ownId, linkedProfile: null }, sql);
        return done(call, userId, sql);
      }),
  };
}

/** Of `CONNECTION|ID`, as user ids of some directories have it, the account's own id. */
function suffixOf(identityId: string): string {
  return identityId.split('|').at(-1) ?? identityId;
}

function profileOf(user: User): Profile {
  return {
    email: user.email,
    emailVerified: user.emailVerified,
    username: user.username,
    phoneNumber: user.phoneNumber,
    phoneVerified: user.phoneVerified,
    name: user.name,
    givenName: user.givenName,
    familyName: user.familyName,
    middleName: user.middleName,
    nickname: user.nickname,
    picture: user.picture,
  };
}

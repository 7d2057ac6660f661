// What is counted of a user, under every name that the user is known by, and how it is lifted. Called by the Management API
// and by the commands about blocks.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Identity } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import { identifierKeyOf, type KeyedHash } from './attempt-keys.ts';
import type { BlockedParty, BlockStore } from './block-store.ts';

/** Names of a user as attempts are counted by them, those of linked accounts too. */
export function namesOfUser(
  { userId, email, username }: Pick<User, 'userId' | 'email' | 'username'>,
  identities: readonly Pick<Identity, 'identityId' | 'linkedProfile'>[],
): string[] {
  // What a directory is told of is counted by the account's id there.
  const accountId = userId.split('|').at(-1);
  const linked = identities.flatMap(({ identityId, linkedProfile }) =>
    linkedProfile ? [linkedProfile.email, linkedProfile.username, identityId] : [],
  );
  return [email, username, accountId, ...linked].filter((name) => typeof name === 'string');
}

/** Forgets all that is counted of a user: whoever has a new password is to be let in with it. */
export async function liftUserBlocks(
  { blocks, keyedHash }: { readonly blocks: BlockStore; readonly keyedHash: KeyedHash },
  tenantId: TenantId,
  user: User,
  identities: readonly Identity[],
  sql: Sql,
): Promise<void> {
  const ids = [...new Set(identities.map(({ connectionId }) => connectionId))];
  await blocks.lift(tenantId, partyOf(keyedHash, tenantId, ids, namesOfUser(user, [])), sql);
}

/** Everything that is counted of these names in these connections. */
export function partyOf(
  hash: KeyedHash,
  tenantId: TenantId,
  connectionIds: readonly string[],
  names: readonly string[],
): BlockedParty {
  return {
    identifierKeys: connectionIds.flatMap((id) => names.map((name) => identifierKeyOf(hash, tenantId, id, name))),
  };
}

// Moves a user in whose password somebody else has just found right: the person, the account and a hash of our own, in one
// transaction. Called by first-login.ts.
import type { DatabaseConnection } from '../../connection/connection.ts';
import type { OutageReason } from '../../error/refusal-reason.ts';
import type { Clock } from '../../lib/clock.ts';
import { randomHex } from '../../lib/id.ts';
import type { Database, Sql } from '../../storage/database.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { canonicalIdentifier } from '../../user/identifier.ts';
import { userIdOf } from '../../user/identity.ts';
import type { UpstreamProfile } from '../../user/profile.ts';
import { upstreamDataOf } from '../../user/upstream-data.ts';
import type { User } from '../../user/user.ts';
import type { UserMoveStore } from '../../user/user-move-store.ts';
import type { UserStore } from '../../user/user-store.ts';
import type { DirectoryAccount } from '../directory.ts';
import { type CredentialStore, IdentifierTaken } from './credential-store.ts';
import { saveDatabaseUser, type UserStores } from './database-user.ts';
import { kindOfHash } from './password-hash.ts';

/** What it writes to. */
export interface UserMoveParts {
  readonly database: Database;
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly refreshTokens: UserStores['refreshTokens'];
  readonly tickets: UserStores['tickets'];
  readonly userMoves: UserMoveStore;
  readonly clock: Clock;
}

/** What somebody logged in with. */
interface Proof {
  /** The name as it was typed. */
  readonly identifier: string;
  readonly passwordHash: string;
}

/** `known` when the account or the name is here already, with a password of its own. */
type Move =
  | { readonly kind: 'moved'; readonly identityId: string; readonly warnings: readonly string[] }
  | { readonly kind: 'known' }
  | { readonly kind: 'unusable'; readonly reason: OutageReason };

/** Writes the user; of several first logins at once one does, and the others find the account known. */
export type MoveUser = (
  tenantId: TenantId,
  connection: DatabaseConnection,
  account: DirectoryAccount,
  proof: Proof,
) => Promise<Move>;

const IDENTITY_ID_LENGTH = 24;
const LONGEST_USERNAME = 128;

/** Builds it. */
export function createUserMove({ database, clock, ...stores }: UserMoveParts): MoveUser {
  const { users, credentials, userMoves } = stores;

  /** Security: a password of elsewhere becomes that of an account here only where the account has none, and has the name. */
  async function moveHash(
    tenantId: TenantId,
    { id }: DatabaseConnection,
    identityId: string,
    { identifier, passwordHash }: Proof,
    sql: Sql,
  ): Promise<Move> {
    const owner = await credentials.findOwner(tenantId, id, canonicalIdentifier(identifier), sql);
    if (owner !== identityId || (await credentials.findHash(tenantId, id, identityId, sql)) !== null) {
      return { kind: 'known' };
    }
    const now = clock.now();
    await credentials.saveHash(
      tenantId,
      id,
      { identityId, passwordHash, kind: kindOfHash(passwordHash), kept: 0 },
      now,
      sql,
    );
    await userMoves.add(tenantId, id, identityId, now, sql);
    return { kind: 'moved', identityId, warnings: ['The user was here without a password, which moved in.'] };
  }

  /** Security: whoever has the id in another connection is somebody else. */
  async function freeIdOf(tenantId: TenantId, connection: DatabaseConnection, wanted: string, sql: Sql) {
    return (await users.findById(tenantId, userIdOf(connection, wanted), sql)) === null
      ? wanted
      : randomHex(IDENTITY_ID_LENGTH);
  }

  return async (tenantId, connection, account, proof) => {
    const { profile, metadata } = account;
    if (profile === null) throw new Error('A source of users knows nothing of a user.');
    const named = namedProfile(connection, profile, proof.identifier);
    if (named === null) return { kind: 'unusable', reason: 'upstream-name-not-kept' };
    const { data, warnings } = upstreamDataOf(named, null);
    const move = async (sql: Sql): Promise<Move> => {
      if (await users.findByIdentity(tenantId, connection.id, account.identityId, sql)) {
        return moveHash(tenantId, connection, account.identityId, proof, sql);
      }
      const identityId = await freeIdOf(tenantId, connection, account.identityId, sql);
      const now = clock.now();
      const user: User = {
        ...data,
        upstreamAttributes: null,
        userId: userIdOf(connection, identityId),
        blocked: false,
        userMetadata: metadata?.user ?? {},
        appMetadata: metadata?.app ?? {},
        createdAt: now,
        updatedAt: now,
      };
      if (!(await users.insertIfMissing(tenantId, user, sql))) return { kind: 'known' };
      const { passwordHash } = proof;
      const newUser = { user, identityId, passwordHash, policy: connection.options.passwordPolicy };
      await saveDatabaseUser({ ...stores }, tenantId, connection, newUser, now, sql);
      await userMoves.add(tenantId, connection.id, identityId, now, sql);
      const otherId = `The id ${account.identityId} belongs to somebody else here: the user is ${user.userId} now.`;
      const told = identityId === account.identityId ? [] : [otherId];
      return { kind: 'moved', identityId, warnings: ['The user moved in at this login.', ...told, ...warnings] };
    };
    try {
      return await database.transaction(move);
    } catch (error) {
      if (!(error instanceof IdentifierTaken)) throw error;
      const owner = await credentials.findOwner(tenantId, connection.id, canonicalIdentifier(proof.identifier));
      return owner === null ? { kind: 'unusable', reason: 'upstream-name-taken' } : { kind: 'known' };
    }
  };
}

/** The profile with the name that was typed among its names; null where it cannot be, and the next login would not find it. */
function namedProfile(
  { options: { requiresUsername } }: DatabaseConnection,
  profile: UpstreamProfile,
  typed: string,
): UpstreamProfile | null {
  const name = typed.trim();
  const kept = { ...profile, username: requiresUsername ? profile.username : null };
  const names = [kept.email, kept.username].filter((one) => one !== null).map(canonicalIdentifier);
  if (names.includes(canonicalIdentifier(name))) return kept;
  const canBeUsername = requiresUsername && kept.username === null && /^[^@\s]+$/.test(name);
  return canBeUsername && name.length <= LONGEST_USERNAME ? { ...kept, username: name } : null;
}

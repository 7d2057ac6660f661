// The database directory: an identifier and a password against our own hashes. Every refusal does the same work and takes
// the same time, whether the user exists or not.
import type { DatabaseConnection } from '../../connection/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import { type FairLine, type Party, type Place, TurnedAway } from '../../lib/fair-line.ts';
import type { ConfigurationCache } from '../../storage/configuration-cache.ts';
import type { Database } from '../../storage/database.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { canonicalIdentifier } from '../../user/identifier.ts';
import type { Directory, DirectoryOutcome, DirectoryUnavailable, LoginAttempt, LoginSource } from '../directory.ts';
import { type DirectoryDriver, NEVER_ASKED } from '../directory-registry.ts';
import type { OriginDriver } from '../origin/origin-driver.ts';
import type { Credential, CredentialStore } from './credential-store.ts';
import { createFirstLogin } from './first-login.ts';
import type { PasswordHasher } from './password-hash.ts';
import type { RefusalFloor } from './refusal-floor.ts';
import type { MoveUser } from './user-move.ts';

interface Parts {
  readonly database: Database;
  readonly credentials: CredentialStore;
  readonly hasher: PasswordHasher;
  /** Where logins wait for one of the few slots in which hashes are checked. */
  readonly line: FairLine;
  readonly floor: RefusalFloor;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
  /** Who knows the passwords of users that are not here yet. */
  readonly origins: OriginDriver;
  readonly moveUser: MoveUser;
}

/** The driver of the `auth0` strategy. */
export function createDatabaseDriver(parts: Parts): DirectoryDriver<DatabaseConnection> {
  const driver: DirectoryDriver<DatabaseConnection> = (tenantId, connection) =>
    connection.options.keepsPasswords
      ? createDatabaseDirectory(parts, tenantId, connection)
      : parts.origins(tenantId, connection);
  return Object.assign(driver, {
    stateOf: (tenantId: TenantId, connection: DatabaseConnection) =>
      connection.options.source === null ? NEVER_ASKED : (parts.origins.stateOf?.(tenantId, connection) ?? NEVER_ASKED),
    close: async () => parts.origins.close?.(),
  });
}

function createDatabaseDirectory(parts: Parts, tenantId: TenantId, connection: DatabaseConnection): Directory {
  const { credentials, hasher, line, floor, cache, origins } = parts;
  const firstLogin = connection.options.source === null ? null : createFirstLogin(parts, tenantId, connection);

  async function check(
    attempt: LoginAttempt,
    source: LoginSource,
    party: Party,
    place: Place,
  ): Promise<DirectoryOutcome> {
    const { identifier, password } = attempt;
    const find = () => credentials.findByIdentifier(tenantId, connection.id, canonicalIdentifier(identifier));
    const kinds = await cache.get(`hash-kinds ${tenantId} ${connection.id}`, () =>
      credentials.listHashKinds(tenantId, connection.id),
    );
    const credential = await find();
    if (credential || !firstLogin) return checkHere(credential, password, place, kinds);
    const outcome = await firstLogin(attempt, source, party, place, kinds);
    if (outcome !== 'known') return outcome;
    const moved = await find();
    // Security: who goes by another name here has a password of their own here, which the old one does not replace.
    if (!moved) return { kind: 'rejected', reason: 'unknown-user', identityId: null };
    return checkHere(moved, password, line.enter(party, source.caller), kinds);
  }

  /** Against the hash that is here; null checks nothing and takes as long. */
  async function checkHere(
    credential: Credential | null,
    password: LoginAttempt['password'],
    place: Place,
    kinds: readonly string[],
  ): Promise<DirectoryOutcome> {
    const { matches, workMs, renewed } = await place.run(() => work(credential, password, kinds));
    if (!credential || !matches) {
      await floor.hold([hasher.kind, ...kinds], workMs);
      // Security: whether somebody has moved in already is not to be read from the time it takes to say no.
      if (firstLogin) await origins.holdRefusal(tenantId, connection);
      return credential
        ? { kind: 'rejected', reason: 'wrong-password', identityId: credential.identityId }
        : { kind: 'rejected', reason: 'unknown-user', identityId: null };
    }
    if (renewed !== null) await replaceHash(credential, renewed);
    return { kind: 'accepted', account: { identityId: credential.identityId, profile: null, groups: null } };
  }

  /** Everything that costs processor time, in one slot. */
  async function work(credential: Credential | null, password: LoginAttempt['password'], kinds: readonly string[]) {
    // Security: an unknown user costs one hash too.
    const { matches, kind, workMs } = credential
      ? await hasher.verify(credential.passwordHash, password)
      : await hasher.verifyNothing(password);
    floor.observe(kind, workMs);
    if (!matches) await floor.prepare([hasher.kind, ...kinds]);
    // A hash of an older kind is renewed while the password is at hand, and nobody waits: the next login can do it too.
    const isRenewed =
      matches && credential !== null && hasher.needsRehash(credential.passwordHash) && line.state.waiting === 0;
    return { matches, workMs, renewed: isRenewed ? await hasher.hash(password) : null };
  }

  function replaceHash(credential: Credential, passwordHash: string): Promise<boolean> {
    const renewed = { passwordHash, kind: hasher.kind };
    return parts.database.transaction((sql) =>
      credentials.replaceHash(tenantId, connection.id, credential, renewed, parts.clock.now(), sql),
    );
  }

  return {
    admit(party, caller) {
      try {
        const place = line.enter(party, caller);
        return {
          kind: 'admitted',
          authenticate: (attempt, source) => check(attempt, source, party, place).catch(unavailable),
          leave: () => place.leave(),
        };
      } catch (error) {
        return unavailable(error);
      }
    },
  };
}

/** Too much to do is an answer; anything else is thrown again. */
function unavailable(error: unknown): DirectoryUnavailable {
  if (!(error instanceof TurnedAway)) throw error;
  return {
    kind: 'unavailable',
    reason: `hash-line-${error.reason}`,
    directoryFailed: false,
    retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)),
  };
}

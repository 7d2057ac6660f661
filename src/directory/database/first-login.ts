// The login of somebody who is not in a database connection that users move into: whoever knows the password is asked, and
// from then on it is known here. Called by database-directory.ts.
import type { DatabaseConnection } from '../../connection/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Party, Place } from '../../lib/fair-line.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import type { DirectoryOutcome, LoginAttempt, LoginSource } from '../directory.ts';
import type { OriginDriver } from '../origin/origin-driver.ts';
import type { PasswordHasher } from './password-hash.ts';
import type { RefusalFloor } from './refusal-floor.ts';
import type { MoveUser } from './user-move.ts';

/** What it stands on. */
export interface FirstLoginParts {
  readonly hasher: PasswordHasher;
  readonly floor: RefusalFloor;
  readonly clock: Clock;
  readonly origins: OriginDriver;
  readonly moveUser: MoveUser;
}

/**
 * Resolves to the outcome, or to `known` when the account is here already: another first login of the same user was quicker,
 * or the user goes by another name here. Throws `TurnedAway`.
 */
export type FirstLogin = (
  attempt: LoginAttempt,
  source: LoginSource,
  party: Party,
  place: Place,
  kinds: readonly string[],
) => Promise<DirectoryOutcome | 'known'>;

/** Builds it for one connection. */
export function createFirstLogin(
  { hasher, floor, clock, origins, moveUser }: FirstLoginParts,
  tenantId: TenantId,
  connection: DatabaseConnection,
): FirstLogin {
  /** Security: an unknown user costs one hash as a known one does; this one is kept when the password is right. */
  async function hash(password: LoginAttempt['password'], kinds: readonly string[]) {
    const startedAt = clock.monotonic();
    const passwordHash = await hasher.hash(password);
    const workMs = clock.monotonic() - startedAt;
    floor.observe(hasher.kind, workMs);
    await floor.prepare([hasher.kind, ...kinds]);
    return { passwordHash, workMs };
  }

  return async (attempt, source, party, place, kinds) => {
    const { passwordHash, workMs } = await place.run(() => hash(attempt.password, kinds));
    const admission = origins(tenantId, connection).admit(party, source.caller);
    if (admission.kind === 'unavailable') return admission;
    const outcome = await admission.authenticate(attempt, source);
    if (outcome.kind === 'rejected') await floor.hold([hasher.kind, ...kinds], workMs);
    if (outcome.kind !== 'accepted') return outcome;
    const move = await moveUser(tenantId, connection, outcome.account, {
      identifier: attempt.identifier,
      passwordHash,
    });
    if (move.kind === 'known') return 'known';
    if (move.kind === 'unusable') {
      return {
        kind: 'unavailable',
        reason: move.reason,
        directoryFailed: true,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      };
    }
    const { identityId, warnings } = move;
    return { kind: 'accepted', account: { identityId, profile: null, groups: null, warnings } };
  };
}

/** Somebody must set something right, which takes a while. */
const RETRY_AFTER_SECONDS = 30;

// One password checked behind the guard: let in by the directory, let through by the guard, checked, and how it ended noted.
// Every grant that takes a password comes through here, and no grant can leave a step out.
import type { LoginGuard, Reservation } from '../attack-protection/login-guard.ts';
import type { Client } from '../client/client.ts';
import type { Connection } from '../connection/connection.ts';
import type {
  Admission,
  Directory,
  DirectoryOutcome,
  DirectoryUnavailable,
  LoginAttempt,
} from '../directory/directory.ts';
import { addDetail, type OAuthError, refusals } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { addressBucket } from '../lib/network-address.ts';
import { withoutStack } from '../lib/without-stack.ts';
import { traced } from '../metrics/trace.ts';
import { userIdOf } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import type { UserStore } from '../user/user-store.ts';
import type { TokenRequest } from './token-request.ts';

interface Parts {
  readonly guard: LoginGuard;
  readonly users: UserStore;
  readonly clock: Clock;
}

/** Resolves to the user whose password it is, or throws the refusal. */
export type GuardedLogin = (
  request: TokenRequest,
  client: Client,
  attempt: LoginAttempt,
  connection: Connection,
  directory: Directory,
) => Promise<User>;

/**
 * How long a login is held at least that came when there was too much to do. A caller who tries again at once, and whose
 * tries would take the processor from those who wait, tries less often; nobody waits noticeably.
 */
const TURNED_AWAY_HOLD_MS = 70;
/** They are answered together, which costs much less than one by one: those who come again come together, too. */
const ANSWER_EVERY_MS = 25;

/** Builds the check. */
export function createGuardedLogin({ guard, users, clock }: Parts): GuardedLogin {
  /** The user behind what the directory said, and how the attempt ended. */
  async function judge(
    { arrival, effects }: TokenRequest,
    connection: Connection,
    reservation: Reservation,
    outcome: DirectoryOutcome,
  ): Promise<User> {
    if (outcome.kind === 'unavailable') throw await turnedAway(outcome);
    const { id: tenantId } = arrival.tenant;
    const { identityId } = outcome.kind === 'accepted' ? outcome.account : outcome;
    const userId = identityId === null ? null : userIdOf(connection.strategy, identityId);
    if (outcome.kind === 'rejected') {
      effects.push(...reservation.failed(userId));
      throw refusals.wrongCredentials({
        reason: outcome.reason,
        logType: outcome.reason === 'unknown-user' ? 'fu' : 'fp',
        ...(userId === null ? {} : { userId }),
      });
    }
    const user = await users.findByIdentity(tenantId, connection.id, outcome.account.identityId);
    if (!user) throw new Error('A directory accepted an account that belongs to no user.');
    // Security: a user's state is told only after the right password.
    if (user.blocked) throw addDetail(refusals.userBlocked(), { userId: user.userId });
    effects.push(...reservation.succeeded(), users.loginOf(tenantId, user.userId, clock.now(), arrival.ip));
    return user;
  }

  /** Never a wrong password, and never counted as one. */
  async function turnedAway(outcome: DirectoryUnavailable): Promise<OAuthError> {
    const { reason, retryAfterSeconds, directoryFailed } = outcome;
    if (!directoryFailed) {
      const untilOthers = ANSWER_EVERY_MS - (clock.monotonic() % ANSWER_EVERY_MS);
      await clock.sleep(TURNED_AWAY_HOLD_MS + untilOthers);
    }
    const logType = directoryFailed ? 'fc' : 'api_limit';
    return withoutStack(() => refusals.unavailable(retryAfterSeconds, { reason, logType }));
  }

  async function reserve(
    { arrival }: TokenRequest,
    client: Client,
    { identifier }: LoginAttempt,
    connection: Connection,
    admission: Admission,
  ): Promise<Reservation> {
    const { tenant, ip, caller } = arrival;
    try {
      const attempt = { tenantId: tenant.id, connection, clientId: client.clientId, identifier, ip, caller };
      return await traced('guard', () => guard.reserve(attempt));
    } catch (error) {
      admission.leave();
      if (!(error instanceof TurnedAway)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
      const reason = `guard-${error.reason}`;
      throw await turnedAway({ kind: 'unavailable', reason, directoryFailed: false, retryAfterSeconds });
    }
  }

  return async (request, client, attempt, connection, directory) => {
    const { arrival, effects } = request;
    const party = { group: `${arrival.tenant.id} ${client.clientId}`, member: addressBucket(arrival.ip) };
    const admission = directory.admit(party, arrival.caller);
    if (admission.kind === 'unavailable') throw await turnedAway(admission);
    const reservation = await reserve(request, client, attempt, connection, admission);
    const before = effects.length;
    try {
      const check = () => admission.authenticate(attempt);
      const outcome = await traced('directory', check, connection.strategy);
      return await judge(request, connection, reservation, outcome);
    } finally {
      if (effects.length === before) effects.push(...reservation.released());
    }
  };
}

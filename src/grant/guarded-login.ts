// One password checked behind the guard: let in by the directory, let through by the guard, checked, and how it ended noted.
// Every grant that takes a password comes through here, and no grant can leave a step out.
import type { LoginGuard, Reservation } from '../attack-protection/login-guard.ts';
import type { ProtectionMail } from '../attack-protection/protection-mail.ts';
import type { Client } from '../client/client.ts';
import type { PasswordConnection } from '../connection/connection.ts';
import type {
  Admission,
  Directory,
  DirectoryOutcome,
  DirectoryUnavailable,
  LoginAttempt,
} from '../directory/directory.ts';
import { addDetail, OAuthError, type RefusalDetail, refusals } from '../error/oauth-error.ts';
import type { Beat } from '../lib/beat.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { addressBucket } from '../lib/network-address.ts';
import { withoutStack } from '../lib/without-stack.ts';
import { traced } from '../metrics/trace.ts';
import type { Effect } from '../storage/group-commit.ts';
import { userIdOf } from '../user/identity.ts';
import type { Provisioned, ProvisionUser } from '../user/user-provisioning.ts';
import type { UserStore } from '../user/user-store.ts';
import type { MeetBreach } from './breached-login.ts';
import type { Arrival, TokenRequest } from './token-request.ts';

interface Parts {
  readonly guard: LoginGuard;
  readonly users: UserStore;
  readonly provision: ProvisionUser;
  readonly meetBreach: MeetBreach;
  readonly protectionMail: ProtectionMail;
  readonly beat: Beat;
  readonly clock: Clock;
}

/** Resolves to the user whose password it is, or throws the refusal. */
export type GuardedLogin = (
  request: TokenRequest,
  client: Client,
  attempt: LoginAttempt,
  connection: PasswordConnection,
  directory: Directory,
) => Promise<Provisioned>;

/**
 * How long a login is held at most that came when there was too much to do. Callers who try again at once, and whose tries
 * would take the processor from those who wait, try less often; nobody waits noticeably.
 */
const LONGEST_HOLD_MS = 70;
/** So many are held at once that each of them is held for as long; of fewer, each is held for less. */
const MANY_HELD = 256;

/** Reasons that are given for names which nobody has here. */
const UNKNOWN: ReadonlySet<string> = new Set(['unknown-user', 'upstream-refused', 'script-refused']);

/** Builds the check. */
export function createGuardedLogin({
  guard,
  users,
  provision,
  meetBreach,
  protectionMail,
  beat,
  clock,
}: Parts): GuardedLogin {
  let held = 0;

  /** Waits before somebody is turned away, at a beat: those who come again come together, too. */
  async function holdTurnedAway(): Promise<void> {
    held += 1;
    await beat.after(LONGEST_HOLD_MS * Math.min(1, held / MANY_HELD));
    held -= 1;
  }

  /** The user behind what the directory said, and how the attempt ended. */
  async function judge(
    request: TokenRequest,
    client: Client,
    { password }: LoginAttempt,
    connection: PasswordConnection,
    reservation: Reservation,
    outcome: DirectoryOutcome,
  ): Promise<Provisioned> {
    if (outcome.kind === 'unavailable') throw await turnedAway(outcome);
    const { arrival, effects } = request;
    const { id: tenantId } = arrival.tenant;
    const { identityId } = outcome.kind === 'accepted' ? outcome.account : outcome;
    const userId = identityId === null ? null : userIdOf(connection, identityId);
    if (outcome.kind === 'rejected') {
      effects.push(...reservation.failed(userId));
      const { words = '' } = outcome;
      if (outcome.reason === 'script-denied') throw refusals.deniedByScript(words);
      throw refusals.wrongCredentials({
        ...toldBy(words),
        reason: outcome.reason,
        logType: UNKNOWN.has(outcome.reason) ? 'fu' : 'fp',
        ...(userId === null ? {} : { userId }),
      });
    }
    const provisioned = await provision(tenantId, connection, outcome.account);
    const { user } = provisioned;
    // Security: a user's state is told only after the right password.
    if (user.blocked) throw addDetail(refusals.userBlocked(), { userId: user.userId });
    await meetBreach(request, { client, connection, user, password });
    effects.push(...reservation.succeeded(), users.loginOf(tenantId, user.userId, clock.now(), arrival.ip));
    return provisioned;
  }

  /** Never a wrong password, and never counted as one. */
  async function turnedAway(outcome: DirectoryUnavailable): Promise<OAuthError> {
    const { reason, retryAfterSeconds, directoryFailed, isResting = false, words = '' } = outcome;
    if (!directoryFailed) await holdTurnedAway();
    const logType = directoryFailed ? 'fc' : 'api_limit';
    const isCounted = isResting || !directoryFailed;
    return withoutStack(() =>
      refusals.unavailable(retryAfterSeconds, { ...toldBy(words), reason, logType, isCounted }),
    );
  }

  /** The mail that the refusal asks for. */
  function mailOf(
    arrival: Arrival,
    { clientId }: Client,
    connection: PasswordConnection,
    identifier: string,
    { detail: { notice } }: OAuthError,
  ): Effect[] {
    if (notice?.kind === 'throttled') return protectionMail.throttled(arrival, notice.address);
    if (!notice) return [];
    return protectionMail.blocked(arrival, clientId, { connection: connection.name, identifier }, notice);
  }

  async function reserve(
    { arrival, effects }: TokenRequest,
    client: Client,
    { identifier }: LoginAttempt,
    connection: PasswordConnection,
    admission: Admission,
  ): Promise<Reservation> {
    const { tenant, ip, caller } = arrival;
    try {
      const attempt = { tenantId: tenant.id, connection, clientId: client.clientId, identifier, ip, caller };
      return await traced('guard', () => guard.reserve(attempt));
    } catch (error) {
      admission.leave();
      if (error instanceof OAuthError) effects.push(...mailOf(arrival, client, connection, identifier, error));
      if (!(error instanceof TurnedAway)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
      const reason = `guard-${error.reason}` as const;
      throw await turnedAway({ kind: 'unavailable', reason, directoryFailed: false, retryAfterSeconds });
    }
  }

  return async (request, client, attempt, connection, directory) => {
    const { arrival, effects, phases } = request;
    const party = { group: `${arrival.tenant.id} ${client.clientId}`, member: addressBucket(arrival.ip) };
    const admission = directory.admit(party, arrival.caller);
    if (admission.kind === 'unavailable') {
      return phases.record('directory', async () => {
        throw await turnedAway(admission);
      });
    }
    const reservation = await phases.record('guard', () => reserve(request, client, attempt, connection, admission));
    const before = effects.length;
    try {
      const source = { clientId: client.clientId, ip: arrival.ip, caller: arrival.caller };
      const check = () => admission.authenticate(attempt, source);
      return await phases.record('directory', async () => {
        const outcome = await traced('directory', check, connection.strategy);
        await beat.next();
        return judge(request, client, attempt, connection, reservation, outcome);
      });
    } finally {
      if (effects.length === before) effects.push(...reservation.released());
    }
  };
}

/** What custom code said, where only the operator sees it. */
function toldBy(words: string): RefusalDetail {
  return words === '' ? {} : { warnings: [`The script said: ${words}`] };
}

// Wraps the sign-up: one log event for each request, stored before the caller is answered, and together with the account when
// one was made. Called by oauth/sign-up-endpoint.ts.
import { OAuthError, type RefusalDetail, refusals } from '../error/oauth-error.ts';
import { SignUpError } from '../error/sign-up-error.ts';
import { arrivalEvent } from '../grant/arrival-event.ts';
import type { Arrival } from '../grant/token-request.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogStore } from '../log/log-store.ts';
import type { LogRowOf, LogWriter, NewLogEvent } from '../log/log-writer.ts';
import type { TurnedAwayTally } from '../log/turned-away-tally.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import type { SignedUp, SignUp, SignUpTrail } from './sign-up.ts';
import type { SignUpRequest } from './sign-up-request.ts';

interface Parts {
  readonly signUp: SignUp;
  readonly logs: LogStore;
  readonly logRowOf: LogRowOf;
  readonly writeLog: LogWriter;
  readonly tally: TurnedAwayTally;
  readonly clock: Clock;
  /** The vault's keyed hash. */
  readonly fingerprint: (value: string) => string;
  /** True keeps the names of people who have no account as typed. */
  readonly logUnknownUserNames: boolean;
}

/** Reads the request, signs up and logs how that ended; throws what was thrown inside. */
export type LoggedSignUp = (arrival: Arrival, read: () => SignUpRequest) => Promise<SignedUp>;

/** Builds the wrapper. */
export function createLoggedSignUp(parts: Parts): LoggedSignUp {
  const { signUp, logs, logRowOf, writeLog, tally, clock, fingerprint, logUnknownUserNames } = parts;

  /** What both ends have in common. */
  function describe(arrival: Arrival, request: SignUpRequest | null, trail: SignUpTrail, startedAt: number) {
    const typed = request?.person.email ?? request?.person.username ?? null;
    return {
      ...arrivalEvent(arrival, clock.monotonic() - startedAt),
      clientId: trail.client?.clientId ?? request?.clientId ?? null,
      clientName: trail.client?.name ?? null,
      connection: trail.connection?.name ?? null,
      connectionId: trail.connection?.id ?? null,
      strategy: trail.connection?.strategy ?? null,
      userName: logUnknownUserNames ? typed : null,
      userNameFingerprint: typed === null ? null : fingerprint(canonicalIdentifier(typed)),
      warnings:
        arrival.forwardedFor === null
          ? []
          : ['The header auth0-forwarded-for was ignored: a sign-up does not prove its client.'],
    };
  }

  /** A flood of sign-ups that were turned away writes one event a minute, which says how many there were. */
  async function logRefusal(
    arrival: Arrival,
    request: SignUpRequest | null,
    trail: SignUpTrail,
    startedAt: number,
    error: unknown,
  ): Promise<void> {
    const { detail, ...answer } = answerOf(error);
    const described = describe(arrival, request, trail, startedAt);
    const event: NewLogEvent = {
      ...{ ...described, ...answer, warnings: [...described.warnings, ...(detail.warnings ?? [])] },
      type: detail.logType ?? 'fs',
      reason: detail.reason ?? 'unexpected',
    };
    const turnedAway = detail.isCounted ? tally.count(arrival.tenant.id, event) : 0;
    await writeLog(arrival.tenant, turnedAway === null ? null : { ...event, turnedAway }, trail.effects);
  }

  return async (arrival, read) => {
    const startedAt = clock.monotonic();
    let request: SignUpRequest | null = null;
    const trail: SignUpTrail = {
      client: null,
      connection: null,
      effects: [],
      async note(sql, { user: { userId, email } }) {
        const described = describe(arrival, request, trail, startedAt);
        const event = { ...described, type: 'ss', description: 'Successful signup', userId, userName: email } as const;
        await sql.executeQuery(logs.insertionOf(arrival.tenant, logRowOf(arrival.tenant, event)).query);
      },
    };
    let signedUp: SignedUp;
    try {
      request = read();
      signedUp = await signUp(arrival, request, trail);
    } catch (error) {
      await logRefusal(arrival, request, trail, startedAt, error);
      throw error;
    } finally {
      request?.password.forget();
    }
    await writeLog(arrival.tenant, null, trail.effects);
    return signedUp;
  };
}

function answerOf(error: unknown): Pick<NewLogEvent, 'description' | 'answer'> & { readonly detail: RefusalDetail } {
  if (error instanceof SignUpError) {
    const { status, body, message, reason, logType } = error;
    const code = body['code'] ?? body['error'];
    return { description: message, answer: { status, error: String(code) }, detail: { reason, logType } };
  }
  const { status, code, description, detail } = error instanceof OAuthError ? error : refusals.unexpected(error);
  return { description, answer: { status, error: code }, detail };
}

// Wraps the pipeline: one log event for each request, stored before the caller is answered. Grants log nothing themselves.
import {
  CLIENT_CREDENTIALS_GRANT,
  PASSWORD_GRANT,
  PASSWORD_REALM_GRANT,
  REFRESH_TOKEN_GRANT,
} from '../client/client.ts';
import { OAuthError, refusals } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogEventType } from '../log/log-event.ts';
import type { LogWriter, NewLogEvent } from '../log/log-writer.ts';
import type { TurnedAwayTally } from '../log/turned-away-tally.ts';
import { traced } from '../metrics/trace.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { arrivalEvent } from './arrival-event.ts';
import type { Exchange, ExchangeTokens } from './grant-pipeline.ts';
import { PhaseRecorder } from './phase-recorder.ts';
import type { Arrival, TokenRequest } from './token-request.ts';

interface Parts {
  readonly exchange: ExchangeTokens;
  readonly writeLog: LogWriter;
  readonly tally: TurnedAwayTally;
  readonly clock: Clock;
  /** The vault's keyed hash. */
  readonly fingerprint: (value: string) => string;
  /** True keeps the names of unknown users as typed; people type passwords there. */
  readonly logUnknownUserNames: boolean;
}

/** Reads the request, exchanges it and logs how that ended; throws what was thrown inside. */
export type LoggedExchange = (arrival: Arrival, read: (phases: PhaseRecorder) => TokenRequest) => Promise<Exchange>;

/** Builds the wrapper. */
export function createLoggedExchange({
  exchange,
  writeLog,
  tally,
  clock,
  fingerprint,
  logUnknownUserNames,
}: Parts): LoggedExchange {
  type Outcome = Pick<NewLogEvent, 'type' | 'description' | 'reason' | 'answer'> & Partial<NewLogEvent>;

  function describe(arrival: Arrival, request: TokenRequest | null, startedAt: number, outcome: Outcome): NewLogEvent {
    const typedName = request?.username ?? null;
    const mayKeepName =
      outcome.type === 'sepft' || outcome.type === 'fp' || Boolean(outcome.userId) || logUnknownUserNames;
    return {
      ...arrivalEvent(arrival, clock.monotonic() - startedAt),
      clientId: request?.clientProof.clientId ?? null,
      userName: mayKeepName ? typedName : null,
      userNameFingerprint: typedName === null ? null : fingerprint(canonicalIdentifier(typedName)),
      audience: request?.audience ?? null,
      scope: request?.scope ?? null,
      grantType: request?.grantType ?? null,
      phases: request?.phases.phases ?? [],
      ...outcome,
    };
  }

  function succeeded({ client, login, reply, audience, address, warnings }: Exchange): Outcome {
    return {
      ...SUCCESSES[login.grantType],
      reason: null,
      answer: null,
      clientId: client.clientId,
      clientName: client.name,
      connection: login.connection?.name ?? null,
      connectionId: login.connection?.id ?? null,
      strategy: login.connection?.strategy ?? null,
      userId: login.user?.userId ?? null,
      audience,
      scope: reply.scope ?? null,
      ...address,
      warnings,
    };
  }

  function failed(refusal: OAuthError, request: TokenRequest | null): Outcome {
    const { detail } = refusal;
    return {
      type: detail.logType ?? failureType(request),
      description: refusal.description,
      reason: detail.reason ?? 'unexpected',
      answer: { status: refusal.status, error: refusal.code },
      ...(detail.clientId === undefined ? {} : { clientId: detail.clientId }),
      ...(detail.clientName === undefined ? {} : { clientName: detail.clientName }),
      connection: detail.connectionName ?? null,
      connectionId: detail.connectionId ?? null,
      strategy: detail.strategy ?? null,
      userId: detail.userId ?? null,
      code: detail.code ?? null,
      ...(detail.audience === undefined ? {} : { audience: detail.audience }),
      reuse: detail.reuse ?? null,
      ...detail.address,
      warnings: detail.warnings ?? [],
    };
  }

  /** A flood of logins that were turned away writes one event a minute, which says how many there were. */
  async function logFailure(
    arrival: Arrival,
    request: TokenRequest | null,
    startedAt: number,
    error: unknown,
  ): Promise<void> {
    const effects = request?.effects ?? [];
    const refusal = error instanceof OAuthError ? error : refusals.unexpected(error);
    const outcome = failed(refusal, request);
    const turnedAway = refusal.detail.isCounted ? tally.count(arrival.tenant.id, outcome) : 0;
    const event = turnedAway === null ? null : describe(arrival, request, startedAt, { ...outcome, turnedAway });
    await traced('commit', () => writeLog(arrival.tenant, event, effects));
  }

  /** A success could not be stored: throws the refusal when another use of the same refresh token is the reason. */
  async function refuseLoser(request: TokenRequest, startedAt: number, exchanged: Exchange): Promise<void> {
    request.effects.length = 0;
    try {
      await exchanged.checkAgain();
    } catch (error) {
      await logFailure(request.arrival, request, startedAt, error);
      throw error;
    }
  }

  return async (arrival, read) => {
    const startedAt = clock.monotonic();
    let request: TokenRequest | null = null;
    let exchanged: Exchange;
    try {
      request = read(new PhaseRecorder(clock));
      exchanged = await exchange(request);
    } catch (error) {
      await logFailure(arrival, request, startedAt, error);
      throw error;
    } finally {
      request?.password?.forget();
      request?.refreshToken?.forget();
      request?.clientProof.clientSecret?.forget();
      request?.clientProof.assertion?.forget();
    }
    const event = describe(arrival, request, startedAt, succeeded(exchanged));
    try {
      await traced('commit', () => writeLog(arrival.tenant, event, request.effects));
    } catch (error) {
      await refuseLoser(request, startedAt, exchanged);
      throw error;
    }
    return exchanged;
  };
}

const SUCCESSES = {
  password: { type: 'sepft', description: 'Successful exchange of Password for Access Token' },
  'client-credentials': { type: 'seccft', description: 'Successful exchange of Client Credentials for Access Token' },
  refresh_token: { type: 'sertft', description: 'Successful exchange of Refresh Token for Access Token' },
} as const;

const FAILURES: ReadonlyMap<string, LogEventType> = new Map([
  [PASSWORD_GRANT, 'fepft'],
  [PASSWORD_REALM_GRANT, 'fepft'],
  [CLIENT_CREDENTIALS_GRANT, 'feccft'],
  [REFRESH_TOKEN_GRANT, 'fertft'],
]);

function failureType(request: TokenRequest | null): LogEventType {
  return FAILURES.get(request?.grantType ?? '') ?? 'f';
}

// What every directory behind a network has around it: a line with few slots, a breaker, one deadline for the whole login, and
// refusals that all take as long. What is kept for a connection is made anew when its options change.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PasswordConnection } from '../connection/connection.ts';
import type { OutageReason } from '../error/refusal-reason.ts';
import { CircuitBreaker } from '../lib/circuit-breaker.ts';
import type { Clock } from '../lib/clock.ts';
import { FairLine, type Place, TurnedAway } from '../lib/fair-line.ts';
import { Secret } from '../lib/secret.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type AnswerFloor, createAnswerFloor } from './answer-floor.ts';
import type { DirectoryOutcome, DirectoryUnavailable, LoginAttempt, LoginSource } from './directory.ts';
import { type DirectoryDriver, type DirectoryState, NEVER_ASKED } from './directory-registry.ts';

/** One directory as it is reached over the network. */
export interface Upstream {
  /**
   * Checks one password within so many milliseconds; throws `UpstreamOutage` when the directory is not to be had, and
   * `TurnedAway` when there is too much to do here.
   */
  check(attempt: LoginAttempt, timeoutMs: number, source: LoginSource): Promise<DirectoryOutcome>;
  close(): void;
}

/** The directory gave no answer, or said that it cannot serve anybody now. */
export class UpstreamOutage extends Error {
  override readonly name = 'UpstreamOutage';
  /** For the log. */
  readonly reason: OutageReason;
  /** When the directory said so itself; null when it did not. */
  readonly retryAfterSeconds: number | null;

  constructor(reason: OutageReason, retryAfterSeconds: number | null = null, cause?: unknown) {
    super(`A directory is out: ${reason}.`, { cause });
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Settings<C extends PasswordConnection> {
  readonly clock: Clock;
  readonly open: (connection: C, tenantId: TenantId) => Upstream;
}

interface Kept {
  readonly fingerprint: string;
  readonly upstream: Upstream;
  readonly line: FairLine;
  readonly breaker: CircuitBreaker;
  readonly floor: AnswerFloor;
  /** Logins under way; the upstream is closed when there are none and it is retired. */
  busy: number;
  isRetired: boolean;
  wasAsked: boolean;
  lastOutage: DirectoryState['lastOutage'];
}

const NO_PASSWORD: DirectoryOutcome = { kind: 'rejected', reason: 'wrong-password', identityId: null };
const WRONG_PASSWORDS: ReadonlySet<string> = new Set(['wrong-password', 'upstream-refused', 'script-refused']);
const SLOTS = 32;
const LINE_BUDGET_MS = 2000;
const TOTAL_MS = 8000;
const FAILURES_TO_OPEN = 5;
const REST_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;
const LONGEST_RETRY_AFTER_SECONDS = 300;
const MOST_CONNECTIONS = 256;

/** A driver whose refusals somebody else's may be made to look like. */
export interface UpstreamDriver<C extends PasswordConnection> extends DirectoryDriver<C> {
  /** Waits as long as this directory takes for most wrong passwords. */
  holdRefusal(tenantId: TenantId, connection: C): Promise<void>;
}

/** Builds a driver over what `open` makes for a connection. */
export function createUpstreamDriver<C extends PasswordConnection>({ clock, open }: Settings<C>): UpstreamDriver<C> {
  const kept = new LRUCache<string, Kept>({ max: MOST_CONNECTIONS, dispose: retire });

  function keptFor(tenantId: TenantId, connection: C): Kept {
    const key = keyOf(tenantId, connection);
    const fingerprint = fingerprintOf(connection);
    const known = kept.get(key);
    if (known?.fingerprint === fingerprint) return known;
    const made: Kept = {
      fingerprint,
      upstream: open(connection, tenantId),
      line: new FairLine({ slots: SLOTS, budgetMs: LINE_BUDGET_MS, clock }),
      breaker: new CircuitBreaker({ failures: FAILURES_TO_OPEN, restMs: REST_MS, clock }),
      floor: createAnswerFloor(clock),
      busy: 0,
      isRetired: false,
      wasAsked: false,
      lastOutage: null,
    };
    kept.set(key, made);
    return made;
  }

  /** One question, in a slot. */
  async function ask(
    state: Kept,
    attempt: LoginAttempt,
    source: LoginSource,
    startedAt: number,
  ): Promise<DirectoryOutcome> {
    const { upstream, breaker } = state;
    const permission = breaker.begin();
    if (!permission) return resting(breaker);
    state.wasAsked = true;
    let ended: 'worked' | 'failed' | 'unknown' = 'unknown';
    try {
      const outcome = await upstream.check(attempt, TOTAL_MS - (clock.monotonic() - startedAt), source);
      ended = 'worked';
      return outcome;
    } catch (error) {
      if (!(error instanceof UpstreamOutage)) throw error;
      ended = 'failed';
      state.lastOutage = { reason: error.reason, at: clock.now() };
      const wanted = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS;
      const retryAfterSeconds = Math.max(1, Math.min(wanted, LONGEST_RETRY_AFTER_SECONDS));
      return { kind: 'unavailable', reason: error.reason, directoryFailed: true, retryAfterSeconds };
    } finally {
      permission.ended(ended);
    }
  }

  async function check(
    state: Kept,
    attempt: LoginAttempt,
    source: LoginSource,
    place: Place,
  ): Promise<DirectoryOutcome> {
    const startedAt = clock.monotonic();
    state.busy += 1;
    try {
      let askedAt = startedAt;
      const outcome = await place.run(() => {
        askedAt = clock.monotonic();
        return ask(state, attempt, source, startedAt);
      });
      if (outcome.kind === 'rejected') {
        const tookMs = clock.monotonic() - askedAt;
        if (WRONG_PASSWORDS.has(outcome.reason)) state.floor.observe(tookMs);
        await state.floor.hold(tookMs, TOTAL_MS - (clock.monotonic() - startedAt));
      }
      return outcome;
    } finally {
      state.busy -= 1;
      closeWhenIdle(state);
    }
  }

  const driver: DirectoryDriver<C> = (tenantId, connection) => {
    const state = keptFor(tenantId, connection);
    return {
      admit(party, caller) {
        if (state.breaker.restMs > 0) return resting(state.breaker);
        try {
          const place = state.line.enter(party, caller);
          return {
            kind: 'admitted',
            async authenticate(attempt, source) {
              if (attempt.password.reveal() !== '') return check(state, attempt, source, place).catch(turnedAway);
              // Security: a directory may say yes to whoever gives no password (RFC 4513 section 5.1.2).
              place.leave();
              return NO_PASSWORD;
            },
            leave: () => place.leave(),
          };
        } catch (error) {
          return turnedAway(error);
        }
      },
    };
  };
  return Object.assign(driver, {
    stateOf(tenantId: TenantId, connection: C): DirectoryState {
      const state = kept.peek(keyOf(tenantId, connection));
      if (state?.fingerprint !== fingerprintOf(connection)) return NEVER_ASKED;
      const { breaker, busy: inFlight, wasAsked, lastOutage } = state;
      const { restMs } = breaker;
      const known = wasAsked && breaker.isClosed ? 'working' : 'unknown';
      return { state: restMs > 0 ? 'resting' : known, restMs, inFlight, lastOutage };
    },
    holdRefusal: (tenantId: TenantId, connection: C) => keptFor(tenantId, connection).floor.hold(0, TOTAL_MS),
    close: async () => kept.clear(),
  });
}

function keyOf(tenantId: TenantId, { id }: PasswordConnection): string {
  return `${tenantId} ${id}`;
}

function retire(state: Kept): void {
  state.isRetired = true;
  closeWhenIdle(state);
}

function closeWhenIdle(state: Kept): void {
  if (state.isRetired && state.busy === 0) state.upstream.close();
}

function resting(breaker: CircuitBreaker): DirectoryUnavailable {
  const retryAfterSeconds = Math.max(1, Math.ceil(breaker.restMs / 1000));
  const reason = 'directory-breaker-open';
  return { kind: 'unavailable', reason, directoryFailed: true, isResting: true, retryAfterSeconds };
}

/** Too much to do is an answer; anything else is thrown again. */
function turnedAway(error: unknown): DirectoryUnavailable {
  if (!(error instanceof TurnedAway)) throw error;
  return {
    kind: 'unavailable',
    reason: `directory-line-${error.reason}`,
    directoryFailed: false,
    retryAfterSeconds: Math.max(1, Math.ceil(error.retryAfterMs / 1000)),
  };
}

/** One login after another has the same connection; its options never change, a new record takes its place. */
const fingerprints = new WeakMap<PasswordConnection, string>();

function fingerprintOf(connection: PasswordConnection): string {
  const known = fingerprints.get(connection);
  if (known !== undefined) return known;
  const { options, trusted } = connection;
  const text = JSON.stringify([options, trusted], function (this: Record<string, unknown>, key, value: unknown) {
    const raw = this[key];
    return raw instanceof Secret ? raw.reveal() : value;
  });
  const fingerprint = createHash('sha256').update(text).digest('base64');
  fingerprints.set(connection, fingerprint);
  return fingerprint;
}

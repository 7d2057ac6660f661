// Whether a password is known from a breach, by the sources that the operator named. A source that does not answer never stands in
// the way: the password then counts as not breached, and the log and the metrics tell of it. Called by breach-guard.ts.
import { createHash } from 'node:crypto';
import { CircuitBreaker } from '../lib/circuit-breaker.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Secret } from '../lib/secret.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Where breached passwords are looked up, by their SHA-1 digests. */
export interface BreachSource {
  readonly name: 'file' | 'range';
  /** True when it has the digest; throws when it cannot say. */
  has(digest: Buffer): Promise<boolean>;
}

interface Parts {
  /** In the order to ask them. */
  readonly sources: readonly BreachSource[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** True for a password that a source has; false also where none could be asked. Never throws. */
export type IsBreached = (password: Secret) => Promise<boolean>;

const FAILURES = 3;
const REST_MS = 30_000;

/** Builds it. After three failures in a row a source is left alone for half a minute. */
export function createBreachCheck({ sources, clock, logger, metrics }: Parts): IsBreached {
  const guarded = sources.map((source) => guard(source, clock, logger));
  const tellMissing = once(() => logger.warn('breached passwords are to be refused, and no source of them is set'));

  return async (password) => {
    if (guarded.length === 0) tellMissing();
    const digest = digestOfPassword(password);
    let isUnsure = guarded.length === 0;
    for (const ask of guarded) {
      const answer = await ask(digest);
      if (answer) {
        metrics.breachCheck('breached');
        return true;
      }
      isUnsure ||= answer === null;
    }
    metrics.breachCheck(isUnsure ? 'unknown' : 'clean');
    return false;
  };
}

/** By which lists of breached passwords know one. Security: it is as good as the password, and goes nowhere. */
export function digestOfPassword(password: Secret): Buffer {
  return createHash('sha1').update(password.reveal()).digest();
}

/** Asks one source; null where it cannot say. An outage is logged once. */
function guard(source: BreachSource, clock: Clock, logger: Logger): (digest: Buffer) => Promise<boolean | null> {
  const { name } = source;
  const breaker = new CircuitBreaker({ failures: FAILURES, restMs: REST_MS, clock });
  let isOut = false;
  return async (digest) => {
    const attempt = breaker.begin();
    if (!attempt) return null;
    try {
      const answer = await source.has(digest);
      attempt.ended('worked');
      if (isOut) logger.info({ source: name }, 'breached passwords can be looked up again');
      isOut = false;
      return answer;
    } catch (error) {
      attempt.ended('failed');
      if (!isOut) logger.warn({ err: error, source: name }, 'breached passwords cannot be looked up');
      isOut = true;
      return null;
    }
  };
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

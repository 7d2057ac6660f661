// Holds refusals to one length of time. A connection may hold hashes of several kinds, and a wrong password of a user with
// a dear hash takes longer than an unknown user with a cheap one; the wait evens that out without using the processor.
import type { Clock } from '../../lib/clock.ts';
import type { PasswordHasher } from './password-hash.ts';

export interface RefusalFloor {
  /** Remembers what a check of this kind took. */
  observe(kind: string, workMs: number): void;
  /** Measures those of these kinds that were never seen, so that `hold` need not; to be called where hashing is allowed. */
  prepare(kinds: readonly string[]): Promise<void>;
  /** Waits until a refusal that worked so long has taken as long as the dearest of these kinds would. */
  hold(kinds: readonly string[], workMs: number): Promise<void>;
}

const KEPT_SAMPLES = 64;

/** Builds the floor. */
export function createRefusalFloor(hasher: PasswordHasher, clock: Clock): RefusalFloor {
  const samples = new Map<string, number[]>();

  function observe(kind: string, workMs: number): void {
    const kept = samples.get(kind) ?? [];
    kept.push(workMs);
    if (kept.length > KEPT_SAMPLES) kept.shift();
    samples.set(kind, kept);
  }

  async function prepare(kinds: readonly string[]): Promise<void> {
    for (const kind of kinds) if (!samples.has(kind)) observe(kind, await hasher.measure(kind));
  }

  function slowCaseOf(kind: string): number {
    const sorted = (samples.get(kind) ?? []).toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
  }

  return {
    observe,
    prepare,
    async hold(kinds, workMs) {
      await clock.sleep(Math.max(0, ...kinds.map(slowCaseOf)) - workMs);
    },
  };
}

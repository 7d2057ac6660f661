// A breaker: after a few failures in a row nothing is tried for a while, and then one try decides whether all may go on.
import type { Clock } from './clock.ts';

interface Settings {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long nothing is tried, in milliseconds. */
  readonly restMs: number;
  readonly clock: Clock;
}

/** One try that was let through; say exactly once how it ended. */
export interface Attempt {
  ended(outcome: 'worked' | 'failed' | 'unknown'): void;
}

export class CircuitBreaker {
  readonly #settings: Settings;
  #failures = 0;
  /** By the stopwatch: when the next try may be made; null while it is closed. */
  #openUntil: number | null = null;
  #isTrying = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** False from when it opened until a try has worked. */
  get isClosed(): boolean {
    return this.#openUntil === null;
  }

  /** Milliseconds until a try may be made; 0 when `begin` would let one through. */
  get restMs(): number {
    if (this.#openUntil === null) return 0;
    const left = this.#openUntil - this.#settings.clock.monotonic();
    if (left > 0) return left;
    return this.#isTrying ? this.#settings.restMs : 0;
  }

  /** Lets a try through, or null while it is open. */
  begin(): Attempt | null {
    if (this.restMs > 0) return null;
    const decides = this.#openUntil !== null;
    if (decides) this.#isTrying = true;
    return {
      ended: (outcome) => {
        if (decides) this.#isTrying = false;
        if (outcome === 'worked') this.#close();
        if (outcome === 'failed') this.#fail();
      },
    };
  }

  #close(): void {
    this.#failures = 0;
    this.#openUntil = null;
  }

  #fail(): void {
    this.#failures += 1;
    const { failures, restMs, clock } = this.#settings;
    if (this.#failures >= failures) this.#openUntil = clock.monotonic() + restMs;
  }
}

// The time of one login, shared by everything it takes.
import type { Clock } from '../../lib/clock.ts';
import { UpstreamOutage } from '../upstream-driver.ts';

export class TimeLeft {
  readonly #clock: Clock;
  readonly #endsAt: number;
  readonly #operationMs: number;

  /** So many milliseconds from now, and at most so many for each operation. */
  constructor(clock: Clock, totalMs: number, operationMs: number) {
    this.#clock = clock;
    this.#endsAt = clock.monotonic() + totalMs;
    this.#operationMs = operationMs;
  }

  /** Milliseconds that the next operation may take; throws `UpstreamOutage` when there are none left. */
  forOperation(): number {
    const left = Math.min(this.#operationMs, this.#endsAt - this.#clock.monotonic());
    if (left <= 0) throw new UpstreamOutage('directory-timeout');
    return left;
  }
}

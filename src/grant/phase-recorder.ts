// Remembers the phases that one token request goes through. It belongs to the request; logged-exchange puts what it holds
// into the log event. Costs two looks at the stopwatch for each phase.
import { OAuthError } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { LoginPhase, PhaseOutcome, RecordedPhase } from '../log/login-phase.ts';

/** The record of one request. */
export class PhaseRecorder {
  readonly #clock: Clock;
  readonly #phases: RecordedPhase[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The phases that were reached, in the order in which they ended. */
  get phases(): readonly RecordedPhase[] {
    return this.#phases;
  }

  /** Does the work of a phase and notes how it ended; resolves or throws as the work does. */
  async record<T>(phase: LoginPhase, work: () => T | Promise<T>): Promise<T> {
    const startedAt = this.#clock.monotonic();
    let outcome: PhaseOutcome = 'passed';
    try {
      return await work();
    } catch (error) {
      outcome = error instanceof OAuthError && error.status < 500 ? 'refused' : 'failed';
      throw error;
    } finally {
      const tookMs = Math.round((this.#clock.monotonic() - startedAt) * 10) / 10;
      this.#phases.push({ phase, outcome, tookMs });
    }
  }
}

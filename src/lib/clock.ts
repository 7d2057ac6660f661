// Time, handed in as a value so that a test can hold it still: every file that asks what time it is asks a Clock.

/** The time of day, a stopwatch and a wait. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds of a stopwatch that never jumps; only differences mean something. */
  monotonic(): number;
  /** Resolves after at least this many milliseconds, at once for zero and below, and early when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    milliseconds <= 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          // A timer that nobody waits for any more would still keep the process alive.
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
};

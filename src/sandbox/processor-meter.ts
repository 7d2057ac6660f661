// How much processor time a script has had: what this thread spent while it ran, whatever else the machine does meanwhile.
// Called by guest-session.ts.

/** Counts the time of one script at a time. */
export class ProcessorMeter {
  readonly #allowedMs: number;
  #used = 0;
  #since: number | null = null;
  #hasRunOut = false;

  constructor(allowedMs: number) {
    this.#allowedMs = allowedMs;
  }

  /** True when a look at the meter has found the allowance used up; it stays true. */
  get hasRunOut(): boolean {
    return this.#hasRunOut;
  }

  /** The script goes on. */
  start(): void {
    this.#since = processorMs();
  }

  /** The script waits. */
  stop(): void {
    this.#used += this.#running;
    this.#since = null;
  }

  /** The next script goes on, with an allowance of its own. */
  reset(): void {
    this.#used = 0;
    this.start();
  }

  /** Looks, and tells whether the allowance is used up. */
  check(): boolean {
    this.#hasRunOut ||= this.#used + this.#running > this.#allowedMs;
    return this.#hasRunOut;
  }

  get #running(): number {
    return this.#since === null ? 0 : processorMs() - this.#since;
  }
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

// A fixed number of slots and a bounded line in front of them, for work that the machine can only do so much of at once.

/** Thrown by `Semaphore.run` when the line is full: nothing was started. */
export class LineFull extends Error {
  override readonly name = 'LineFull';
}

/** Lets `slots` tasks run at once and `line` more wait for a slot, first come first served. */
export class Semaphore {
  readonly #slots: number;
  readonly #line: number;
  readonly #waiting: Array<() => void> = [];
  #running = 0;

  constructor(slots: number, line: number) {
    this.#slots = slots;
    this.#line = line;
  }

  /** Runs the task when a slot is free; throws `LineFull` at once when too many wait already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#slots) {
      this.#running += 1;
    } else {
      if (this.#waiting.length >= this.#line) throw new LineFull('Too many tasks wait for a slot.');
      // The one that leaves hands its slot over, so `#running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

// Somebody who waits for an answer, until they go away. What an AbortSignal says, for a hundredth of its cost: one is made
// for every request.

/** Who waits for the answer. */
export class Caller {
  #hasGone = false;
  #onGone: (() => void) | null = null;

  /** True when nobody waits any more. */
  get hasGone(): boolean {
    return this.#hasGone;
  }

  /** Calls this when the caller goes, at once when they have gone already; one listener at a time, null for none. */
  set onGone(listener: (() => void) | null) {
    this.#onGone = listener;
    if (this.#hasGone) listener?.();
  }

  /** The caller went away. */
  leave(): void {
    if (this.#hasGone) return;
    this.#hasGone = true;
    this.#onGone?.();
  }
}

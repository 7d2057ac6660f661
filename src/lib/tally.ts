// Counts by key, and which count is the highest, without looking through them each time.

/** How often each key was added and not removed again. */
export class Tally {
  readonly #counts = new Map<string, number>();
  /** How many keys have each count. */
  readonly #keysWith: number[] = [];

  /** The highest count; 0 when there is no key. */
  most = 0;

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.#change(key, 1);
  }

  /** The key must have been added. */
  remove(key: string): void {
    this.#change(key, -1);
  }

  /** A key with the highest count; null when there is no key. It looks through all of them. */
  keyOfMost(): string | null {
    for (const [key, count] of this.#counts) {
      if (count === this.most) return key;
    }
    return null;
  }

  #change(key: string, by: 1 | -1): void {
    const before = this.of(key);
    const after = before + by;
    if (after === 0) this.#counts.delete(key);
    else this.#counts.set(key, after);
    this.#keysWith[before] = (this.#keysWith[before] ?? 0) - 1;
    this.#keysWith[after] = (this.#keysWith[after] ?? 0) + 1;
    // One step at a time: when nobody is left at the top, the one that left it is just below.
    if (after > this.most) this.most = after;
    else if (before === this.most && this.#keysWith[before] === 0) this.most = after;
  }
}

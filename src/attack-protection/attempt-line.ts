// Attempts of this process that wait because others on the same counter are under way: when one of those ends, the next
// one looks again. Attempts on other nodes cannot call it, so beside them it looks again after a moment.
import type { Clock } from '../lib/clock.ts';

/** How long to wait for attempts that only other nodes know of. */
const LOOK_AGAIN_MS = 50;

/** The attempts under way and those that wait, by the key of the counter. */
export class AttemptLine {
  readonly #clock: Clock;
  readonly #underWay = new Map<string, number>();
  readonly #asking = new Map<string, number>();
  readonly #waiting = new Map<string, Array<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the attempts of this process alone leave no room, or others wait already. */
  isFull(key: string, room: number): boolean {
    return this.#waiting.has(key) || (this.#underWay.get(key) ?? 0) + (this.#asking.get(key) ?? 0) >= room;
  }

  /** How many attempts of this process are under way on this counter. */
  underWay(key: string): number {
    return this.#underWay.get(key) ?? 0;
  }

  /** Notes that an attempt asks for a place in these counters. */
  ask(keys: readonly string[]): void {
    for (const key of keys) add(this.#asking, key, 1);
  }

  /** Notes that it was answered, one way or the other. */
  answered(keys: readonly string[]): void {
    for (const key of keys) add(this.#asking, key, -1);
  }

  /** Notes an attempt under way on these counters. */
  enter(keys: readonly string[]): void {
    for (const key of keys) add(this.#underWay, key, 1);
  }

  /** Notes that it ended, and lets the next one on each of these counters look. */
  leave(keys: readonly string[]): void {
    for (const key of keys) {
      add(this.#underWay, key, -1);
      this.callNext(key);
    }
  }

  /** Lets the next one on this counter look. */
  callNext(key: string): void {
    const waiting = this.#waiting.get(key);
    const next = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(key);
    next?.();
  }

  /** Resolves when it is worth looking again; somebody who looked in vain goes back to the front. */
  async wait(key: string, toTheFront: boolean): Promise<void> {
    if (!this.#underWay.has(key)) {
      await this.#clock.sleep(LOOK_AGAIN_MS);
      return;
    }
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(key) ?? [];
      if (toTheFront) waiting.unshift(resolve);
      else waiting.push(resolve);
      this.#waiting.set(key, waiting);
    });
  }
}

/** Counts up or down; what is down to nothing is forgotten. */
function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

// How often a load generator asks: so many times a second at most, all its connections together. Whose turn it is are let go
// a few at a time, because a timer for each would take more of the processor than what is asked for.
import { performance } from 'node:perf_hooks';

/** Waits for the next turn. */
export interface Pace {
  turn(): Promise<void>;
  /** Lets everybody go who still waits. */
  end(): void;
}

const LET_GO_EVERY_MS = 5;

/** Makes it; Infinity lets everybody go at once. */
export function createPace(turnsPerSecond: number): Pace {
  const waiting: (() => void)[] = [];
  let lastAt = performance.now();
  let due = 0;

  function letGo(): void {
    const now = performance.now();
    // Turns that nobody took are lost: a load that was held up does not make up for it.
    due = Math.min(due + ((now - lastAt) * turnsPerSecond) / 1000, Math.max(1, waiting.length));
    lastAt = now;
    for (; due >= 1 && waiting.length > 0; due -= 1) waiting.shift()?.();
  }

  const timer = turnsPerSecond === Infinity ? null : setInterval(letGo, LET_GO_EVERY_MS);
  return {
    turn: () => (timer === null ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    end() {
      if (timer !== null) clearInterval(timer);
      for (const go of waiting.splice(0)) go();
    },
  };
}

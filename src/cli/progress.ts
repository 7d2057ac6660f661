// Shows how far something long is: one line that changes where somebody watches, one line for each finished part elsewhere.
import type { Terminal } from './command.ts';

interface Step {
  readonly phase: string;
  readonly table: string;
  readonly rows: number;
  readonly total: number;
}

const SHOWN_EVERY_MS = 100;

/** Builds the display; call it for every step. */
export function createProgress(terminal: Terminal): (step: Step) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  return ({ phase, table, rows, total }) => {
    const isDone = rows >= total;
    const line = `${phase} ${table}: ${rows} of ${total}`;
    if (!terminal.isWatched) {
      if (isDone) terminal.note(line);
      return;
    }
    const now = performance.now();
    if (!isDone && now - shownAt < SHOWN_EVERY_MS) return;
    shownAt = now;
    terminal.overwrite(line);
  };
}

const BAR_WIDTH = 30;

/** Builds a bar for a part of a whole, from 0 to 1, with words behind it; it is shown where somebody watches. */
export function createBar(terminal: Terminal): (share: number, words: string) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  return (share, words) => {
    const now = performance.now();
    if (!terminal.isWatched || now - shownAt < SHOWN_EVERY_MS) return;
    shownAt = now;
    const done = Math.round(share * BAR_WIDTH);
    const percent = String(Math.floor(share * 100)).padStart(3);
    terminal.overwrite(`[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}] ${percent} %  ${words}`);
  };
}

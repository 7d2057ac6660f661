// What goes to a sandbox and what comes back. Both are plain JSON: nothing of this process is ever reachable from a script.
/** Customer code, and what drives it. */
export interface ScriptCode {
  /**
   * Text of a function of ours that drives the scripts inside the sandbox: it is given the `GuestHost`, the `GuestTools` and
   * the input. See `guest-library.ts`.
   */
  readonly harness: string;
  /** Customer code, each an expression. */
  readonly scripts: readonly string[];
}

/** Customer code to run. */
export interface ScriptOrder extends ScriptCode {
  /** Anything that JSON can say. */
  readonly input: unknown;
}

/** An order on its way to a process, which has run the same code before as a rule: then only the input goes. */
export interface SentOrder {
  /** Under which number the process keeps the code. */
  readonly slot: number;
  /** Null for what the process has there. */
  readonly code: ScriptCode | null;
  /** JSON. */
  readonly input: string;
}

/** A line that a script wrote with `console`. */
export interface ConsoleLine {
  readonly level: string;
  readonly text: string;
}

const ENDS = ['finished', 'processor-time', 'memory', 'silent', 'large-result', 'broken'] as const;

/** What the process says about one run. */
export interface ScriptAnswer {
  readonly end: (typeof ENDS)[number];
  readonly at: number;
  readonly verdict: string;
  /** JSON. */
  readonly result: string;
  readonly console: readonly ConsoleLine[];
  /** True when the process is not to be used again. */
  readonly isLast: boolean;
}

/** How a run ended. */
export interface ScriptOutcome {
  /**
   * `finished` when the harness said so; `silent` when nothing was left to do and it had not; `killed` at the deadline on the
   * clock; `broken` when the engine or its process gave up.
   */
  readonly end: ScriptAnswer['end'] | 'killed';
  /** Which script ran last. */
  readonly at: number;
  /** What the harness said; empty unless it finished. */
  readonly verdict: string;
  /** JSON that the harness handed over; null unless it finished. */
  readonly result: unknown;
  /** What scripts wrote; cut where it is too much. */
  readonly console: readonly ConsoleLine[];
}

/** The answer that the process sent; null when it is none. Security: the process may be in the hands of a script. */
export function readAnswer(message: unknown): ScriptAnswer | null {
  // By hand: looking through a schema would take a third of the time of the run.
  if (typeof message !== 'object' || message === null) return null;
  const { end, at, verdict, result, console, isLast } = message as Partial<Record<keyof ScriptAnswer, unknown>>;
  const known = ENDS.find((one) => one === end);
  if (known === undefined || typeof at !== 'number' || typeof isLast !== 'boolean') return null;
  if (typeof verdict !== 'string' || typeof result !== 'string' || !Array.isArray(console)) return null;
  return console.every(isConsoleLine) ? { end: known, at, verdict, result, console, isLast } : null;
}

function isConsoleLine(value: unknown): value is ConsoleLine {
  if (typeof value !== 'object' || value === null) return false;
  const { level, text } = value as Partial<Record<keyof ConsoleLine, unknown>>;
  return typeof level === 'string' && typeof text === 'string';
}

/** The result as plain data; throws when the text is no JSON. Security: without `__proto__`, which means something to others. */
export function readResult(text: string): unknown {
  return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
}

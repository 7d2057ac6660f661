// What goes to a sandbox and what comes back. Both are plain JSON: nothing of this process is ever reachable from a script.
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';

/** Customer code to run. */
export interface ScriptOrder {
  /**
   * Text of a function of ours that drives the scripts inside the sandbox: it is given the `GuestHost`, the `GuestTools` and
   * the input. See `guest-library.ts`.
   */
  readonly harness: string;
  /** Customer code, each an expression. */
  readonly scripts: readonly string[];
  /** Anything that JSON can say. */
  readonly input: unknown;
}

const ConsoleLine = Type.Object({ level: Type.String(), text: Type.String() }, { additionalProperties: false });

const ScriptAnswerSchema = Type.Object(
  {
    end: Type.Union([
      Type.Literal('finished'),
      Type.Literal('processor-time'),
      Type.Literal('memory'),
      Type.Literal('silent'),
      Type.Literal('large-result'),
      Type.Literal('broken'),
    ]),
    at: Type.Integer(),
    verdict: Type.String(),
    result: Type.String(),
    console: Type.Array(ConsoleLine),
    isLast: Type.Boolean(),
  },
  { additionalProperties: false },
);
/** What the process says about one run. */
export type ScriptAnswer = Static<typeof ScriptAnswerSchema>;

/** A line that a script wrote with `console`. */
export type ConsoleLine = Static<typeof ConsoleLine>;

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
  return Value.Check(ScriptAnswerSchema, message) ? message : null;
}

/** The result as plain data; throws when the text is no JSON. Security: without `__proto__`, which means something to others. */
export function readResult(text: string): unknown {
  return JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value));
}

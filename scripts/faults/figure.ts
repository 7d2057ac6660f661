// What a fault suite measured: recorded for the table at the end, and the suite fails when a bound is missed.
import { appendFileSync } from 'node:fs';

/** One measured number and what it is to be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'MB' | '%' | 'times' | 'count';
  /** Without a bound of either kind the number is only told. */
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What helps to read it. */
  readonly note?: string;
}

/** The variable that names the file which collects a suite's figures, one JSON object a line. */
export const RESULT_VARIABLE = 'GATEHOUSE_TEST_FAULTS_RESULT';
/** The variable that is `1` for a full run. */
export const FULL_VARIABLE = 'GATEHOUSE_TEST_FAULTS_FULL';

/** The one value in a full run, the other in a short one. */
export function inFull<T>(full: T, otherwise: T): T {
  return process.env[FULL_VARIABLE] === '1' ? full : otherwise;
}

/** True when the number keeps its bounds, which NaN never does. */
export function isMet({ value, atMost, atLeast }: Figure): boolean {
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
}

/** Records the figures; throws after the last one when a bound is missed. */
export function record(figures: readonly Figure[]): void {
  const file = process.env[RESULT_VARIABLE];
  for (const figure of figures) {
    say(describeFigure(figure));
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
  }
  const missed = figures.filter((figure) => !isMet(figure));
  if (missed.length > 0) throw new Error(`Missed: ${missed.map(describeFigure).join('; ')}`);
}

/** One line of progress. */
export function say(words: string): void {
  process.stdout.write(`  ${words}\n`);
}

/** `name: 12.3 ms (at most 50 ms)`. */
function describeFigure(figure: Figure): string {
  const bound = describeBound(figure);
  const note = figure.note === undefined ? '' : `; ${figure.note}`;
  return `${figure.name}: ${printValue(figure.value, figure.unit)}${bound === '' ? '' : ` (${bound})`}${note}`;
}

/** `at most 50 ms`, or nothing. */
export function describeBound({ atMost, atLeast, unit }: Figure): string {
  const parts = [
    ...(atLeast === undefined ? [] : [`at least ${printValue(atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`at most ${printValue(atMost, unit)}`]),
  ];
  return parts.join(', ');
}

/** The number with as many digits as it is good for, and its unit. */
export function printValue(value: number, unit: Figure['unit']): string {
  const digits = unit === 'count' ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  const shown = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return unit === 'count' ? shown : unit === 'times' ? `${shown} x` : `${shown} ${unit}`;
}

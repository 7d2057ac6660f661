// What a run found, as it is printed and as it is kept in JSON.

/** The databases that Gatehouse is measured on. */
export type Engine = 'sqlite' | 'postgresql';

/** Whose number it is: Gatehouse's on one engine, the bare server's, or that of the same work in a loop without HTTP. */
export type Column = Engine | 'limit' | 'loop';

export const ENGINE_NAMES: Readonly<Record<Engine, string>> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' };

/** What a number counts; a share is a part of something else, `times` a multiple. */
export type Unit = '/s' | 'share' | 'times' | 'ms' | 's' | 'MB' | 'answers';

/** What the number is to be at least or at most. */
export interface Bar {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One thing that was measured, for whoever it was measured. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly values: Readonly<Partial<Record<Column, number>>>;
  readonly bar?: Bar;
}

/** What belongs together under one title. */
export interface Row {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Why nothing was measured, where that is no failure: what this machine does not have. */
  readonly leftOut?: string;
}

/** What the numbers were measured on and with. */
export interface Setting {
  /** Day and time, ISO 8601 in UTC. */
  readonly measuredAt: string;
  readonly gatehouse: string;
  readonly processor: string;
  readonly cores: number;
  /** Gigabytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** What each engine calls its version. */
  readonly engines: Readonly<Partial<Record<Engine, string>>>;
  readonly hash: string;
  /** True for a short run, whose numbers are rough. */
  readonly quick: boolean;
}

/** A whole run. */
export interface Report {
  readonly setting: Setting;
  readonly rows: readonly Row[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly { readonly row: string; readonly reason: string }[];
}

/** What was not measured and why, a line each. */
export function describeNotMeasured({ rows, failures }: Pick<Report, 'rows' | 'failures'>): string[] {
  return [
    ...rows.flatMap(({ title, leftOut }) => (leftOut === undefined ? [] : [`${title}: ${leftOut}`])),
    ...failures.map(({ row, reason }) => `${row}: ${reason}`),
  ];
}

/** Whether the number keeps the bar. */
export function isReached({ atLeast = -Infinity, atMost = Infinity }: Bar, value: number): boolean {
  return value >= atLeast && value <= atMost;
}

/** How many of the numbers for this engine that have a bar reach it, in words. */
export function describeVerdict(rows: readonly Row[], engine: Engine): string {
  const verdicts = rows
    .flatMap(({ figures }) => figures)
    .flatMap(({ values, bar }) => (bar && values[engine] !== undefined ? [isReached(bar, values[engine])] : []));
  return `${verdicts.filter(Boolean).length} of ${verdicts.length} goals reached`;
}

/** `at least 0.95`, with the unit. */
export function describeBar({ atLeast, atMost }: Bar, unit: Unit): string {
  const parts = [
    ...(atLeast === undefined ? [] : [`at least ${printNumber(atLeast, unit)}`]),
    ...(atMost === undefined ? [] : [`at most ${printNumber(atMost, unit)}`]),
  ];
  return parts.join(', ');
}

/** The number with as many digits as it is good for, and its unit. */
export function printNumber(value: number, unit: Unit): string {
  switch (unit) {
    case 'share':
      return value.toFixed(2);
    case 'times':
      return `${value.toFixed(2)} x`;
    case 'answers':
      return value.toLocaleString('en-US');
    case '/s':
      return `${value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)}/s`;
    case 's':
      return `${value.toFixed(2)} s`;
    case 'ms':
      return `${value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0 })} ms`;
    case 'MB':
      return `${Math.round(value)} MB`;
  }
}

// The result as a table for the terminal.
import {
  type Column,
  describeBar,
  describeNotMeasured,
  describeVerdict,
  ENGINE_NAMES,
  type Engine,
  type Figure,
  isReached,
  printNumber,
  type Report,
} from './report.ts';

const TITLES: Readonly<Record<Column, string>> = { ...ENGINE_NAMES, limit: 'limit', loop: 'loop' };
const COLUMNS = Object.keys(TITLES) as Column[];

/** Prints one block for each row; a number that misses its bar is marked. */
export function printTable({ rows, failures, setting }: Report): string {
  const shown = COLUMNS.filter((column) =>
    rows.some(({ figures }) => figures.some(({ values }) => values[column] !== undefined)),
  );
  const lines: string[][] = [['', ...shown.map((column) => TITLES[column]), 'goal']];
  for (const { title, figures } of rows.filter((row) => row.leftOut === undefined)) {
    lines.push([], [title]);
    for (const figure of figures) {
      lines.push([`  ${figure.name}`, ...shown.map((column) => cell(figure, column)), barOf(figure)]);
    }
  }
  const widths = lines
    .filter((line) => line.length > 1)
    .reduce<number[]>((most, line) => line.map((text, at) => Math.max(most[at] ?? 0, text.length)), []);
  const table = lines.map((line) =>
    line
      .map((text, at) => (at === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const engines = Object.keys(setting.engines) as Engine[];
  const legend = [
    ...engines.map((engine) => `${ENGINE_NAMES[engine]}: ${describeVerdict(rows, engine)}.`),
    `limit: a bare node:http server that only hashes (${setting.hash}) and signs, or answers as many bytes; same load generator.`,
    'limit of a directory: a bare node:http server that only binds on warm LDAPS connections, once a request.',
    'loop: the same work in a loop, without HTTP and without a load generator.',
    ...(setting.quick ? ['A quick run: rough numbers.'] : []),
    ...describeNotMeasured({ rows, failures }).map((line) => `Not measured: ${line}`),
  ];
  return `${[...table, '', ...legend].join('\n')}\n`;
}

function cell({ values, unit, bar }: Figure, column: Column): string {
  const value = values[column];
  if (value === undefined) return '';
  return bar && !isReached(bar, value) ? `MISSED ${printNumber(value, unit)}` : printNumber(value, unit);
}

function barOf({ values, unit, bar }: Figure): string {
  if (!bar) return '';
  const isMissed = Object.values(values).some((value) => !isReached(bar, value));
  return `${describeBar(bar, unit)}: ${isMissed ? 'not reached' : 'reached'}`;
}

// What a fault run found, as a table for the terminal and as docs/fault-run.md.
import { cpus, release, totalmem, type } from 'node:os';
import { describeBound, type Figure, isMet, printValue } from './figure.ts';

/** What one suite found. */
export interface SuiteResult {
  readonly suite: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  /** True when it came to its end, whatever it found. */
  readonly ended: boolean;
  readonly seconds: number;
  /** Day and time, ISO 8601 in UTC. */
  readonly measuredAt: string;
  /** In words; see `describeMachine`. */
  readonly machine: string;
}

/** What a full run found, and on what. */
export interface KeptResult extends SuiteResult {
  /** The short name of the commit; empty where that is not known. */
  readonly commit: string;
  /** A digest of the sources. */
  readonly sources: string;
}

/** Processor, memory, system and Node.js of this machine. */
export function describeMachine(): string {
  const [processor] = cpus();
  return `${processor?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, ${type()} ${release()}, Node.js ${process.versions.node}`;
}

/** True when every bound was kept and the suite came to its end. */
export function isGood({ figures, ended }: SuiteResult): boolean {
  return ended && figures.length > 0 && figures.every(isMet);
}

/** The table at the end of a run. */
export function printTable(results: readonly SuiteResult[]): string {
  return results
    .flatMap((result) => [
      '',
      `${result.title} (${result.seconds.toFixed(0)} s)`,
      ...result.figures.map((figure) => {
        const words = [printValue(figure.value, figure.unit), describeBound(figure)].filter((text) => text !== '');
        return `  ${verdictOf(figure).padEnd(7)} ${figure.name}: ${words.join(', ')}`;
      }),
      ...(result.ended ? [] : ['  NOT MET it did not come to its end']),
    ])
    .join('\n');
}

/** The document of a full run, as far as it has come: the names of suites stand for those that were not run yet. */
export function printDocument(parts: readonly (KeptResult | string)[]): string {
  const results = parts.filter((part) => typeof part !== 'string');
  const missing = parts.filter((part) => typeof part === 'string');
  const machines = [...new Set(results.map(({ machine }) => machine))];
  const sections = results.map((result) =>
    [
      `## ${result.title}`,
      '',
      `Measured on ${result.measuredAt.slice(0, 10)} at commit \`${result.commit}\`.`,
      '',
      ...(result.ended ? [] : ['NOT MET: it did not come to its end.', '']),
      '| | figure | bound | |',
      '| --- | ---: | --- | --- |',
      ...result.figures.map(
        (figure) =>
          `| ${figure.name} | ${printValue(figure.value, figure.unit)} | ${describeBound(figure)} | ${verdictOf(figure)} |`,
      ),
      ...result.figures.flatMap(({ name, note = '' }) =>
        note === '' || note === '{}' ? [] : [``, `${name}: ${note}.`],
      ),
      '',
    ].join('\n'),
  );
  return [
    '# The fault run',
    '',
    'Written by `npm run test:faults -- --full`, which breaks things on purpose and measures what becomes of the logins. The',
    'load generator ran on the same machine and took its share of it.',
    '',
    `A suite is measured by itself and stays until it is measured again: each says at which commit. Machine: ${machines.join('; ')}.`,
    '',
    ...(missing.length === 0 ? [] : [`Not run in full yet: ${missing.map((suite) => `\`${suite}\``).join(', ')}.`, '']),
    ...sections,
  ].join('\n');
}

/**
 * What a document of a full run says of the suite with this title: `missed` when a bound was, or when it came to no end; null
 * when the document does not hold it.
 */
export function readVerdict(document: string, title: string): 'kept' | 'missed' | null {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  if (section === undefined) return null;
  return section.includes('NOT MET') ? 'missed' : 'kept';
}

function verdictOf(figure: Figure): string {
  if (figure.atMost === undefined && figure.atLeast === undefined) return '';
  return isMet(figure) ? 'met' : 'NOT MET';
}

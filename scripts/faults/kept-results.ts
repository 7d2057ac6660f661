// What full runs have found, each suite by itself: docs/fault-run.json, which docs/fault-run.md is printed from. A suite takes up
// to hours, so its result stays until it is run again, and says which commit it is of.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptResult, SuiteResult } from './fault-report.ts';
import type { Figure } from './figure.ts';

const FILE = 'docs/fault-run.json';

/** The results by suite; empty when there are none. */
export function readKept(root: string): Map<string, KeptResult> {
  const file = join(root, FILE);
  if (!existsSync(file)) return new Map();
  const all = JSON.parse(readFileSync(file, 'utf8')) as KeptResult[];
  return new Map(all.map((kept) => [kept.suite, { ...kept, figures: kept.figures.map(reviveFigure) }]));
}

/** Puts the result in place of an earlier one of its suite, with what the sources are now. */
export function keep(root: string, result: SuiteResult): void {
  const kept = readKept(root).set(result.suite, { ...result, commit: commitOf(root), sources: fingerprintOf(root) });
  writeFileSync(join(root, FILE), `${JSON.stringify([...kept.values()], null, 2)}\n`);
}

/** A digest of everything that a full run depends on. */
export function fingerprintOf(root: string): string {
  const hash = createHash('sha256');
  for (const path of globSync('{src,scripts/faults,scripts/bench,test}/**/*.ts', { cwd: root }).toSorted()) {
    hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The short name of the commit; empty in a folder that is none of git's. */
function commitOf(root: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** JSON has no NaN and writes null. */
export function reviveFigure(figure: Omit<Figure, 'value'> & { readonly value: number | null }): Figure {
  return { ...figure, value: figure.value ?? Number.NaN };
}

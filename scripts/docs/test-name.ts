// The tests whose names carry the id of a row of docs/security.md, read from their files. The document lists them, and
// scripts/test.ts looks for each of them among those that ran.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test as it stands in its file; a test in a table of cases is one of these and many at a run. */
export interface TestName {
  /** Its path from the root of the repository. */
  readonly file: string;
  /** For people: without the ids, and `…` for what the table of cases fills in. */
  readonly name: string;
  /** The ids of the rows it keeps, such as `T-01`. */
  readonly ids: readonly string[];
  /** What every name of it at a run matches. */
  readonly pattern: RegExp;
}

const MARKED = /\b(?:test|it)\(\s*(?:(named)\()?(['"`])((?:(?!\2).)*\[[TFL]-\d\d[^\]]*\])\2/g;
const MARKS = /(?: *\[[TFL]-\d\d[^\]]*\])+$/;

/** Every test that keeps a row, by file and place in it. */
export function readTestNames(root: string): TestName[] {
  return globSync('{test,src}/**/*{.test,-suite}.ts', { cwd: root })
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(MARKED)].map(([, named, , text = '']) => ({
        file,
        name: text.replace(MARKS, '').replace(/\$\{[^}]*\}/g, '…'),
        ids: [...(MARKS.exec(text)?.[0] ?? '').matchAll(/[TFL]-\d\d/g)].map(String),
        pattern: patternOf(text, named !== undefined),
      })),
    );
}

/** True for a test of `npm run test:faults`, which `npm test` leaves out. */
export function isOfFaultRun({ file }: Pick<TestName, 'file'>): boolean {
  return file.startsWith('test/faults/');
}

/** A suite that several files run puts the name of each in front of its tests. */
function patternOf(text: string, named: boolean): RegExp {
  const parts = text.replace(/\\(['"`])/g, '$1').split(/\$\{[^}]*\}/);
  return new RegExp(`^${named ? '.*' : ''}${parts.map((part) => RegExp.escape(part)).join('.*')}$`, 's');
}

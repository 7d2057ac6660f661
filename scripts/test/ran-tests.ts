// Do the tests that docs/security.md stands on exist in a run? scripts/test.ts and scripts/faults.ts ask at its end.
import { relative } from 'node:path';
import type { TestName } from '../docs/test-name.ts';
import type { RanTest } from './count-reporter.ts';

/** Those of the tests that are not among these, as `file: name`; a table of cases is there with its first case. */
export function testsNotAmong(tests: readonly TestName[], ran: readonly RanTest[], root: string): string[] {
  const names = Map.groupBy(ran, ({ file }) => relative(root, file));
  return tests
    .filter(({ file, pattern }) => !(names.get(file) ?? []).some(({ name }) => pattern.test(name)))
    .map(({ file, name, ids }) => `${file}: ${name} [${ids.join(' ')}]`);
}

// One line for each check, as `doctor` and `verify` print them.
import type { Check } from '../backup/verify-database.ts';
import { alignedTable } from './table.ts';

/** `ok`, `FAIL` or `-`, the check's name, and what was found. */
export function describeChecks(checks: readonly Check[]): string[] {
  const mark = (passed: boolean | null) => (passed === null ? '-' : passed ? 'ok' : 'FAIL');
  return alignedTable(
    ['', 'check', ''],
    checks.map(({ name, passed, words }) => [mark(passed), name, words]),
  ).slice(1);
}

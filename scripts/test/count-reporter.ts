// A reporter for node:test that tells what was really executed: a pattern that matches no test, or a file without any,
// ends with exit code 0 and must not pass for a success. Named on the command line that scripts/test.ts builds.

import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

/** One test of a run. */
export type RanTest = { file: string; name: string };

/**
 * What the reporter writes, as JSON: the number of tests that ran, those that passed, those whose own code failed or ended
 * in no time (not those of a file or a hook that broke), and those that were skipped.
 */
export type TestCount = { executed: number; passed: RanTest[]; failed: RanTest[]; skipped: RanTest[] };

export default async function* countTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count: TestCount = { executed: 0, passed: [], failed: [], skipped: [] };
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const data: EventData.TestPass | EventData.TestFail = event.data;
    const test = { file: data.file ?? '', name: data.name };
    if (data.skip !== undefined && data.skip !== false) {
      count.skipped.push(test);
    } else if (data.details.type !== 'suite' && !isFile(data)) {
      count.executed += 1;
      // A test that is still to be written passes, whatever it does.
      if (event.type === 'test:pass' && (data.todo === undefined || data.todo === false)) count.passed.push(test);
      if (event.type === 'test:fail' && OWN_FAILURES.has(failureOf(event.data))) count.failed.push(test);
    }
  }
  yield JSON.stringify(count);
}

const OWN_FAILURES: ReadonlySet<string> = new Set(['testCodeFailure', 'testTimeoutFailure']);

function failureOf({ details: { error } }: EventData.TestFail): string {
  return 'failureType' in error ? String(error.failureType) : '';
}

/** node:test reports a file in which no test was found as one passed test with the name of the file. */
function isFile(data: { name: string; file?: string | undefined }): boolean {
  return data.file !== undefined && data.file.endsWith(data.name) && data.name.endsWith('.ts');
}

// Tests of `npm test` that only many tries make sure of, with the counts of a fault run: scripts/faults/repetition.ts has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../scripts/faults/figure.ts';
import { runToEnd } from '../../scripts/test/run-to-end.ts';
import { ROOT } from '../support/running-program.ts';

const FILES = [
  'test/process/crash.test.ts',
  'test/http/thrown.test.ts',
  'test/oauth/refresh-token-rotation.test.ts',
  'test/process/two-nodes-races.test.ts',
  'test/storage/nth-call.test.ts',
];

test('what npm test tries a few times goes well many times [F-01, F-03, F-13, F-20]', async () => {
  for (const file of FILES) {
    say(file);
    // What it did comes to the figures of this suite by the variables of the fault run.
    assert.equal(await runToEnd(['--import', './test/support/ready-key-pairs.ts', file], ROOT), 0, file);
  }
});

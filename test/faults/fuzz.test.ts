// The property tests of the parsers with as many inputs as a fault run takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runToEnd } from '../../scripts/test/run-to-end.ts';
import { ROOT } from '../support/running-program.ts';

const FILES = ['test/fuzz/parser.test.ts', 'test/fuzz/token.test.ts', 'test/http/arbitrary-input.test.ts'];

test('no parser throws anything but an error of its own kind, and none reads what was not written', async () => {
  for (const file of FILES) assert.equal(await runToEnd([file], ROOT), 0, file);
});

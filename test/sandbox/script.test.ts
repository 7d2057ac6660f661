// What a sandbox's process says is believed only when it has the form of an answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from '../../src/sandbox/script.ts';

const ANSWER = {
  ...{ end: 'finished', at: 0, verdict: 'passed', result: '{}', isLast: false },
  console: [{ level: 'log', text: 'x' }],
};

test('an answer of another form is none [T-36]', () => {
  assert.deepEqual(readAnswer(ANSWER), ANSWER);
  for (const message of [
    ...[undefined, null, 'ready', 1, [], {}],
    { ...ANSWER, end: 'killed' },
    { ...ANSWER, end: { toString: () => 'finished' } },
    { ...ANSWER, at: '0' },
    { ...ANSWER, verdict: ['passed'] },
    { ...ANSWER, result: {} },
    { ...ANSWER, isLast: 0 },
    { ...ANSWER, console: {} },
    { ...ANSWER, console: [{ level: 'log' }] },
    { ...ANSWER, console: [null] },
  ]) {
    assert.equal(readAnswer(message), null, JSON.stringify(message));
  }
});

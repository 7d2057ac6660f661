// Floods of equal lines: what is written of them, and that the rest is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLineSampler } from './line-sampler.ts';

test('after a hundred a minute every hundredth line is written, and none is uncounted [L-09]', () => {
  let now = 0;
  const sample = createLineSampler({ monotonic: () => now });
  const answers = Array.from({ length: 1050 }, () => sample('one'));
  const written = answers.filter((one) => one !== null);
  assert.equal(written.length, 100 + 9);
  assert.deepEqual(answers.slice(0, 100), Array(100).fill(0));
  assert.equal(written.length + written.reduce((sum, one) => sum + one, 0), 1000);
  assert.equal(sample('another'), 0);
  now += 60_000;
  assert.equal(sample('one'), 50, 'with the next minute what was left out at the end of the last');
  assert.equal(sample('one'), 0);
});

// Steady time under a clock that is set while it runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../test/support/test-clock.ts';
import { createSteadyTime } from './steady-clock.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15, 12);

for (const [what, jump] of [
  ['an hour forward', HOUR],
  ['an hour back', -HOUR],
  ['a day back', -24 * HOUR],
] as const) {
  test(`a clock set ${what} leaves steady time advancing by the stopwatch alone [F-15]`, () => {
    const clock = createTestClock(START);
    const steady = createSteadyTime(clock, clock.now());
    clock.advance(1000);
    clock.jump(jump);
    assert.equal(clock.now(), START + 1000 + jump);
    assert.equal(steady.now(), START + 1000);
    clock.advance(500);
    assert.equal(steady.now(), START + 1500);
  });
}

test('two nodes with clocks apart agree once both have adopted one reference [F-15]', () => {
  const [one, other] = [createTestClock(START), createTestClock(START - 24 * HOUR)];
  other.advance(12_345);
  const nodes = [createSteadyTime(one, one.now()), createSteadyTime(other, other.now())] as const;
  assert.notEqual(nodes[0].now(), nodes[1].now());
  for (const node of nodes) node.adopt(START + HOUR);
  one.advance(700);
  other.advance(700);
  other.jump(HOUR);
  assert.deepEqual(
    nodes.map((node) => node.now()),
    [START + HOUR + 700, START + HOUR + 700],
  );
});

test('steady time is a whole number of milliseconds, as the database keeps it', () => {
  const steady = createSteadyTime({ monotonic: () => 0.4321 }, START);
  steady.adopt(START + 0.25);
  assert.equal(steady.now(), START);
});

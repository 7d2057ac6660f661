// The limit on how often something may be done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLeakyBuckets } from './leaky-bucket.ts';

function start() {
  let now = 1000;
  const take = createLeakyBuckets({ clock: { monotonic: () => now }, limit: 3, pauseMs: 100 });
  return {
    take,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

test('so many at once, and then one after each pause', () => {
  const { take, pass } = start();
  assert.deepEqual(
    [1, 2, 3, 4].map(() => take('a')),
    [
      { allowed: true, limit: 3, remaining: 2, waitMs: 0 },
      { allowed: true, limit: 3, remaining: 1, waitMs: 0 },
      { allowed: true, limit: 3, remaining: 0, waitMs: 0 },
      { allowed: false, limit: 3, remaining: 0, waitMs: 100 },
    ],
  );
  pass(40);
  assert.equal(take('a').waitMs, 60, 'a refusal does not count');
  pass(60);
  assert.equal(take('a').allowed, true);
  assert.equal(take('a').allowed, false);
  pass(1000);
  assert.equal(take('a').remaining, 2);
});

test('each name has its own', () => {
  const { take } = start();
  for (let made = 0; made < 4; made += 1) take('a');
  assert.equal(take('b').remaining, 2);
});

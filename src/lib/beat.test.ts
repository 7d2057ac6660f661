// When the beat comes, and when nobody waits for it, with a clock that the test moves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBeat } from './beat.ts';

function createBeatIn(expectedWaitMs: number) {
  let elapsed = 0;
  const waits: { readonly until: number; readonly end: () => void }[] = [];
  const clock = {
    now: () => elapsed,
    monotonic: () => elapsed,
    sleep: (milliseconds: number) => new Promise<void>((end) => waits.push({ until: elapsed + milliseconds, end })),
  };
  const beat = createBeat(() => expectedWaitMs, clock);
  return {
    beat,
    waits,
    goTo: async (instant: number): Promise<void> => {
      elapsed = instant;
      for (const { until, end } of waits) if (until <= elapsed) end();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('without a crowd nobody waits', () => {
  const { beat, waits } = createBeatIn(99);
  assert.equal(beat.next(), null);
  assert.deepEqual(waits, []);
});

test('in a crowd everybody who comes between two beats goes on at the second one, on one timer', async () => {
  const { beat, waits, goTo } = createBeatIn(100);
  const gone: string[] = [];
  await goTo(3);
  void beat.next()?.then(() => gone.push('first'));
  await goTo(24);
  void beat.next()?.then(() => gone.push('second'));
  await goTo(24.9);
  assert.equal(gone.length, 0);
  await goTo(25);
  assert.deepEqual(gone, ['first', 'second']);
  assert.equal(waits.length, 1);
  void beat.next()?.then(() => gone.push('third'));
  await goTo(49);
  assert.equal(gone.length, 2);
  await goTo(50);
  assert.equal(gone.length, 3);
});

test('a longer wait ends at the first beat after it, with whoever waits for that beat', async () => {
  const { beat, waits, goTo } = createBeatIn(0);
  const gone: string[] = [];
  void beat.after(70).then(() => gone.push('came early'));
  await goTo(50);
  void beat.after(24).then(() => gone.push('came late'));
  await goTo(74);
  assert.equal(gone.length, 0);
  await goTo(75);
  assert.deepEqual(gone, ['came early', 'came late']);
  assert.equal(waits.length, 1);
});

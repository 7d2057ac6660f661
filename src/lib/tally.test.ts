// The counts, held against counting everything again after each change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Tally } from './tally.ts';

const changes = fc.array(fc.tuple(fc.boolean(), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 60 });

test('the highest count is the highest of all counts after every change', () => {
  fc.assert(
    fc.property(changes, (steps) => {
      const tally = new Tally();
      const counts = new Map<string, number>();
      for (const [added, key] of steps) {
        const count = counts.get(key) ?? 0;
        if (!added && count === 0) continue;
        counts.set(key, count + (added ? 1 : -1));
        if (added) tally.add(key);
        else tally.remove(key);
        const highest = Math.max(...counts.values());
        const one = tally.keyOfMost();
        assert.equal(tally.most, highest);
        assert.equal(one === null ? 0 : counts.get(one), highest);
        for (const [each, expected] of counts) assert.equal(tally.of(each), expected);
      }
    }),
  );
});

test('nothing has the highest count when there is nothing', () => {
  const tally = new Tally();
  assert.equal(tally.keyOfMost(), null);
  tally.add('a');
  tally.remove('a');
  assert.equal(tally.keyOfMost(), null);
  assert.equal(tally.most, 0);
});

// Ids that begin with the time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timedHex } from './id.ts';

const NOW = Date.UTC(2026, 0, 15, 12);

test('a timed id is 20 hexadecimal digits, of which the first 11 are the milliseconds', () => {
  const id = timedHex(NOW);
  assert.match(id, /^[0-9a-f]{20}$/);
  assert.equal(Number.parseInt(id.slice(0, 11), 16), NOW);
});

test('a timed id stands behind every one of an earlier instant, also of short ones', () => {
  const instants = [0, 1, 0xfff_ffff_ffff - 1, NOW, NOW + 1].toSorted((a, b) => a - b);
  const ids = instants.map(timedHex);
  assert.deepEqual(ids.toSorted(), ids);
});

test('timed ids of one instant differ', () => {
  assert.equal(new Set(Array.from({ length: 1000 }, () => timedHex(NOW))).size, 1000);
});

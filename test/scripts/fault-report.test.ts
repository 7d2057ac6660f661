// The verdicts and the table at the end of a fault run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGood, printDocument, printTable, type SuiteResult } from '../../scripts/faults/fault-report.ts';
import type { Figure } from '../../scripts/faults/figure.ts';

const figure = (value: number, bounds: Pick<Figure, 'atMost' | 'atLeast'> = {}): Figure => ({
  name: 'p99 of logins',
  value,
  unit: 'ms',
  ...bounds,
});
const resultOf = (figures: readonly Figure[], ended = true): SuiteResult => ({
  suite: 'overload',
  title: 'More than can be hashed',
  figures,
  ended,
  seconds: 12,
  measuredAt: '2026-01-15T12:00:00.000Z',
  machine: 'a machine',
});

test('a bound that is reached is kept, and one that is passed is not', () => {
  for (const [value, bounds, good] of [
    [50, { atMost: 50 }, true],
    [50.1, { atMost: 50 }, false],
    [90, { atLeast: 90 }, true],
    [89.9, { atLeast: 90 }, false],
    [1, {}, true],
    [Number.NaN, { atMost: 50 }, false],
  ] as const) {
    assert.equal(isGood(resultOf([figure(value, bounds)])), good, `${value} ${JSON.stringify(bounds)}`);
  }
});

test('a suite that measured nothing, or broke, is not good', () => {
  assert.equal(isGood(resultOf([])), false);
  assert.equal(isGood(resultOf([figure(1)], false)), false);
});

test('the table names what was missed', () => {
  const table = printTable([resultOf([figure(12.34, { atMost: 50 }), figure(51, { atMost: 50 })])]);
  assert.match(table, /^More than can be hashed \(12 s\)$/m);
  assert.match(table, /^ {2}met {5}p99 of logins: 12\.3 ms, at most 50 ms$/m);
  assert.match(table, /^ {2}NOT MET p99 of logins: 51 ms, at most 50 ms$/m);
});

test('the document says of each suite at which commit it was measured, and which were not', () => {
  const document = printDocument([{ ...resultOf([figure(12)]), commit: '0123abc', sources: '' }, 'soak']);
  assert.match(document, /^Measured on 2026-01-15 at commit `0123abc`\.$/m);
  assert.match(document, /^Not run in full yet: `soak`\.$/m);
});

// Dates and times as people write them, and the stretch of time each of them covers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInstantRange } from './instant-range.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const COVERED: readonly (readonly [text: string, from: string, milliseconds: number])[] = [
  ['2026', '2026-01-01T00:00:00.000Z', 365 * DAY_MS],
  ['2028-02', '2028-02-01T00:00:00.000Z', 29 * DAY_MS],
  ['2026-12-31', '2026-12-31T00:00:00.000Z', DAY_MS],
  ['2026-01-31T23', '2026-01-31T23:00:00.000Z', 3_600_000],
  ['2026-01-31T23:59', '2026-01-31T23:59:00.000Z', 60_000],
  ['2026-01-31T23:59:59', '2026-01-31T23:59:59.000Z', 1000],
  ['2026-01-31T23:59:59Z', '2026-01-31T23:59:59.000Z', 1000],
  ['2026-01-31T10:00:00.5Z', '2026-01-31T10:00:00.500Z', 1],
  ['2026-01-31T10:00:00.123456Z', '2026-01-31T10:00:00.123Z', 1],
  ['2026-01-31T01:00:00+02:00', '2026-01-30T23:00:00.000Z', 1000],
  ['2026-01-31T23:30:00-01:00', '2026-02-01T00:30:00.000Z', 1000],
  ['0001-01-01', '0001-01-01T00:00:00.000Z', DAY_MS],
];

for (const [text, from, milliseconds] of COVERED) {
  test(`${text} begins at ${from} and covers ${milliseconds} ms`, () => {
    const range = readInstantRange(text);
    assert.equal(new Date(range?.from ?? Number.NaN).toISOString(), from);
    assert.equal((range?.to ?? 0) - (range?.from ?? 0), milliseconds);
  });
}

for (const text of [
  ...['', 'now', '1700000000000', '26-01-01', '2026-1-1', '2026-13', '2026-00', '2026-02-30', '2026-01-01 10:00'],
  ...[
    '2026-01-01T24:00',
    '2026-01-01T10:60',
    '2026-01-01T10:00:00+24:00',
    '2026-01-01Z',
    '2026-01-01T',
    '+02026-01-01',
  ],
]) {
  test(`${JSON.stringify(text)} is no date`, () => {
    assert.equal(readInstantRange(text), null);
  });
}

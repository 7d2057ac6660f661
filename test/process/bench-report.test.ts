// How the benchmark sums up and prints what it measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printPerformance } from '../../scripts/bench/print-docs.ts';
import { printTable } from '../../scripts/bench/print-table.ts';
import type { Report } from '../../scripts/bench/report.ts';
import { boundsOfMedian, median, percentile } from '../../scripts/bench/statistics.ts';

const REPORT: Report = {
  setting: {
    measuredAt: '2026-12-01T10:00:00.000Z',
    gatehouse: '1.2.3',
    processor: 'Example 9000',
    cores: 2,
    memory: 8,
    system: 'Linux 6.1 x64',
    node: '24.1.0',
    engines: { sqlite: '3.50', postgresql: '15.4' },
    hash: 'argon2id, 19 MiB, t=2, p=1',
    quick: false,
  },
  rows: [
    {
      title: 'Password grant, 8 in flight',
      figures: [
        { name: 'logins', unit: '/s', values: { sqlite: 96, postgresql: 80, limit: 100, loop: 110 } },
        {
          name: 'share of the limit',
          unit: 'share',
          values: { sqlite: 0.96, postgresql: 0.8 },
          bar: { atLeast: 0.95 },
        },
      ],
    },
    { title: 'Logins at Samba', figures: [], leftOut: 'this machine does not have samba' },
  ],
  failures: [{ row: 'flood', reason: 'Error: it went wrong' }],
};

test('the median is the middle number, or the mean of the two in the middle', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([]), Number.NaN);
});

test('a percentile is a number below which that share of the others lies', () => {
  const numbers = Array.from({ length: 100 }, (_, at) => 100 - at);
  assert.equal(percentile(numbers, 0.5), 51);
  assert.equal(percentile(numbers, 0.99), 100);
  assert.equal(percentile(numbers, 1), 100);
  assert.equal(percentile([], 0.5), Number.NaN);
});

test('a gap is told from noise by its bounds', () => {
  // A sequence that only looks random, so that the test gives the same each time.
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const noise = Array.from({ length: 200 }, () => random() - 0.5);
  const [low, high] = boundsOfMedian(noise, random);
  assert.ok(low < 0 && high > 0, `${low} to ${high}`);
  const [lowOfGap] = boundsOfMedian(
    noise.map((one) => one + 0.5),
    random,
  );
  assert.ok(lowOfGap > 0, String(lowOfGap));
});

test('the table marks what misses its goal, and says what was not measured', () => {
  const table = printTable(REPORT);
  assert.match(table, /share of the limit +0\.96 +MISSED 0\.80 +at least 0\.95: not reached/);
  assert.match(table, /SQLite: 1 of 1 goals reached\.\nPostgreSQL: 0 of 1 goals reached\./);
  assert.match(table, /Not measured: flood: Error: it went wrong/);
  assert.match(table, /Not measured: Logins at Samba: this machine does not have samba/);
  assert.doesNotMatch(table, /^Logins at Samba/m);
});

test('the page names machine, versions and hash, and gives each engine its own verdict', () => {
  const page = printPerformance(REPORT);
  for (const words of ['Example 9000', 'SQLite 3.50, PostgreSQL 15.4', 'argon2id, 19 MiB, t=2, p=1', '2026-12-01']) {
    assert.ok(page.includes(words), words);
  }
  assert.match(
    page,
    /## On SQLite[^#]*\| logins \| 96\.0\/s \| 100\.0\/s \| 110\.0\/s \| *\|[^#]*at least 0\.95: reached/,
  );
  assert.match(page, /## On PostgreSQL[^#]*\| share of the limit \| 0\.80 \|[^#]*at least 0\.95: not reached/);
  assert.match(
    page,
    /## Not measured\n\n- Logins at Samba: this machine does not have samba\n- flood: Error: it went wrong\n/,
  );
});

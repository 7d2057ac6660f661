// `npm run bench`, as far as it can be tried in seconds. What it measures is asserted nowhere.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Report } from '../../scripts/bench/report.ts';
import { start } from '../support/running-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const bench = (...args: string[]) => start(process.execPath, ['scripts/bench.ts', ...args]).ended;

test('a row is measured on a real server against the limit, and the result is kept as JSON', async () => {
  const json = join(folder, 'copy.json');
  const args = ['--quick', '--engine', 'sqlite', '--only', 'jwks', '--folder', folder, '--json', json];
  const { code, stdout, stderr } = await bench(...args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Published keys/);
  const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')), report);
  assert.deepEqual(report.failures, []);
  const [answers, share] = report.rows[0]?.figures ?? [];
  assert.ok((answers?.values.sqlite ?? 0) > 0 && (answers?.values.limit ?? 0) > 0);
  assert.equal(share?.values.sqlite, (answers?.values.sqlite ?? 0) / (answers?.values.limit ?? 0));
});

test('its help names every row', async () => {
  const { code, stdout } = await bench('--help');
  assert.equal(code, 0);
  for (const row of [
    'password-grant',
    'client-credentials',
    'directories',
    'dead-directories',
    'rules',
    'flood',
    'million-users',
  ])
    assert.match(stdout, new RegExp(row));
});

test('an unknown row, engine, option or result is refused with a way on', async () => {
  for (const args of [['--only', 'nothing'], ['--engine', 'mysql'], ['--nothing'], ['--docs-from', 'nothing.json']]) {
    const { code, stderr } = await bench(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, new RegExp(`${args.at(-1)}[^]*--help`));
  }
});

// `gatehouse log verify` and what `gatehouse doctor` says of those who follow the log.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogSealer } from '../../src/log/log-sealer.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { createSettledPosition } from '../../src/storage/log-position.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createStores } from '../../src/stores.ts';
import { type CommandLine, openCommandLine, runInProcess } from '../support/command-line.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

const SEALED_WITHIN_MS = 60_000;

let line: CommandLine;
let database: Database;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', SAMPLE_TENANT)]);
  database = await openDatabase(line.databaseUrl);
});
after(async () => {
  await database.close();
  await line.close();
});

async function sealAll(): Promise<void> {
  const stores = createStores({ database, vault: createVault(Buffer.alloc(32, 7)) });
  const seal = createLogSealer({ ...stores, database, settledPosition: createSettledPosition(database) });
  const newest = await stores.logFeed.newestPosition();
  // On PostgreSQL whatever transaction began before holds it up, also one in the database of another test.
  const endAt = performance.now() + SEALED_WITHIN_MS;
  while ((await stores.logSeals.findChain())?.sealedThrough !== newest) {
    assert.ok(performance.now() < endAt, 'the log is sealed');
    await seal();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Found = Record<string, { events: number; unsealed: number; head: string | null; problems: string[] }>;

test('a log is verified with its head, and whoever changed it is found out by the exit code', async () => {
  const unsealed = (await line.succeed(['log', 'verify', '--json'])).json<Found>();
  assert.deepEqual(unsealed['acme']?.head, null);
  assert.ok((unsealed['acme']?.unsealed ?? 0) > 0);
  await sealAll();
  const { stdout } = await line.succeed(['log', 'verify']);
  assert.match(stdout, /^acme: as it was sealed; \d+ events in 1 seals, 0 not sealed yet/);
  const head = /head (1:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';
  await line.succeed(['log', 'verify', '--tenant', 'acme', '--head', head, '--since', '2026-01-01']);
  const other = await line.run(['log', 'verify', '--tenant', 'acme', '--head', `1:${'0'.repeat(64)}`]);
  assert.equal(other.code, 1);
  assert.match(other.stdout, /the head 1:0+ is not in the chain/);

  await database.sql.updateTable('log_events').set({ type: 's' }).execute();
  const changed = await line.run(['log', 'verify']);
  assert.equal(changed.code, 1);
  assert.match(changed.stdout, /^acme: NOT as it was sealed \(\d+\)/);
  assert.match(changed.stdout, /^ {2}event 900\d+\w+ was changed, at position 1 \(seal 1\)$/m);
});

test('what cannot be asked for is refused', async () => {
  for (const [args, words] of [
    [['--since', 'yesterday'], /--since takes a date/],
    [['--head', '1'], /--head takes what an earlier run printed/],
    [['--tenant', 'nobody'], /There is no tenant nobody/],
  ] as const) {
    assert.match((await line.run(['log', 'verify', ...args])).stderr, words);
  }
});

test('a backup, a copy and another master key leave the chain as it is', async () => {
  const problems = async (environment: Record<string, string>) =>
    (JSON.parse((await runInProcess(['log', 'verify', '--json'], environment)).stdout) as Found)['acme'];
  const was = await problems(line.environment);
  const backup = `${line.folder}/backup.db`;
  await line.succeed(['backup', backup]);
  const copied = { ...line.environment, GATEHOUSE_DATABASE_URL: `sqlite:${backup}` };
  assert.deepEqual(await problems(copied), was);
  const rotated = {
    ...copied,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 8).toString('base64'),
    GATEHOUSE_PREVIOUS_MASTER_KEYS: Buffer.alloc(32, 7).toString('base64'),
  };
  assert.equal((await runInProcess(['master-key', 'rotate'], rotated)).code, 0);
  const { GATEHOUSE_PREVIOUS_MASTER_KEYS: _, ...newest } = rotated;
  assert.deepEqual(await problems(newest), was);
});

test('doctor tells of a sink that is behind, and of events that were pruned before it had them [F-21]', async () => {
  const environment = { ...line.environment, GATEHOUSE_LOG_EVENTS_PATH: '/nowhere/events.jsonl' };
  const checks = async () => {
    const { stdout } = await runInProcess(['doctor', '--json'], environment);
    const all = (JSON.parse(stdout) as { checks: { name: string; passed: boolean; words: string }[] }).checks;
    return all.find(({ name }) => name === 'log stream file');
  };
  const { logCursors, logFeed } = createStores({ database, vault: createVault(Buffer.alloc(32, 7)) });
  await logCursors.start('file', null, await logFeed.newestPosition());
  assert.deepEqual(await checks(), { name: 'log stream file', passed: true, words: '0 s behind' });
  const behind = { position: 0, missed: 3, last_error: 'the file cannot be written (ENOENT)' };
  await database.sql.updateTable('log_cursors').set(behind).execute();
  await database.sql
    .updateTable('log_events')
    .set({ date: Date.now() - 600_000 })
    .execute();
  const { passed, words } = (await checks()) ?? {};
  assert.equal(passed, false);
  assert.match(words ?? '', /^6\d\d s behind; the file cannot be written \(ENOENT\); 3 events were pruned before/);
});

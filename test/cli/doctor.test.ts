// `migrate` and `doctor`: what they say of an installation in each state.
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { test } from 'node:test';
import { openDatabase } from '../../src/storage/database.ts';
import { type CommandLine, openCommandLine, runInProcess } from '../support/command-line.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

type Checks = { checks: { name: string; passed: boolean | null; words: string }[] };

async function withLine(work: (line: CommandLine) => Promise<void>): Promise<void> {
  const line = await openCommandLine();
  try {
    await work(line);
  } finally {
    await line.close();
  }
}

/** What doctor finds wrong, by check. */
async function complaints(line: CommandLine, environment = line.environment): Promise<Record<string, string>> {
  const { code, stdout } = await runInProcess(['doctor', '--json'], environment);
  const { checks } = JSON.parse(stdout) as Checks;
  const failed = checks.filter((check) => check.passed === false);
  assert.equal(code, failed.length === 0 ? 0 : 1);
  return Object.fromEntries(failed.map((check) => [check.name, check.words]));
}

test('migrate says what it ran, and nothing the second time', () =>
  withLine(async (line) => {
    const { ran } = (await line.succeed(['migrate', '--json'])).json<{ ran: string[] }>();
    assert.ok(ran.length > 10);
    assert.equal(ran[0], '2026-11-22-01-create-tenants');
    assert.equal((await line.succeed(['migrate'])).stdout, 'The database is up to date.\n');
  }));

test('doctor goes with the operator from nothing to a tenant that works', () =>
  withLine(async (line) => {
    const first = await complaints(line);
    assert.match(first['database'] ?? first['schema'] ?? '', /`gatehouse migrate`/);
    await line.succeed(['migrate']);
    assert.deepEqual(Object.keys(await complaints(line)), ['tenants']);
    await line.succeed(['tenant', 'create', 'acme', '--set', 'domains=login.example.com']);
    assert.match((await complaints(line))['tenant acme'] ?? '', /no default_directory/);
    await line.succeed(['connection', 'create', 'Users']);
    await line.succeed(['tenant', 'update', '--set', 'default_directory=Users']);
    assert.deepEqual(await complaints(line), {});
    const { stdout } = await line.succeed(['doctor']);
    assert.match(stdout, /^ok +Node\.js +24\./m);
    assert.match(stdout, /^ok +master key +fits the database$/m);
    assert.match(stdout, /^ok +tenant acme +login\.example\.com$/m);
  }));

test('doctor tells a missing and a wrong master key, a newer schema, and a clock that is behind', () =>
  withLine(async (line) => {
    await line.succeed(['apply', line.write('t.yaml', SAMPLE_TENANT)]);
    const { GATEHOUSE_MASTER_KEY: _key, ...keyless } = line.environment;
    assert.match((await complaints(line, keyless))['master key'] ?? '', /GATEHOUSE_MASTER_KEY_FILE/);
    const other = { ...line.environment, GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };
    assert.match((await complaints(line, other))['master key'] ?? '', /written under another master key/);

    const database = await openDatabase(line.databaseUrl);
    const { id } = await database.sql.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
    const event = { tenant_id: id, log_id: 'x', type: 's', client_id: null, user_id: null, event: '{}' };
    await database.sql
      .insertInto('log_events')
      .values({ ...event, date: Date.now() + 3_600_000 })
      .execute();
    assert.match((await complaints(line))['clock'] ?? '', /newest log event/);
    const history = database.sql as unknown as import('kysely').Kysely<{ kysely_migration: Record<string, string> }>;
    await history.insertInto('kysely_migration').values({ name: '2099-x', timestamp: '2099' }).execute();
    await database.close();
    assert.match((await complaints(line))['schema'] ?? '', /newer version/);
  }));

test('doctor tells a folder that others can write to', () =>
  withLine(async (line) => {
    await line.succeed(['migrate']);
    chmodSync(line.folder, 0o777);
    assert.match((await complaints(line))['data folder'] ?? '', /others can write to .*: chmod 700/);
  }));

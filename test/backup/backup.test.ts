// Backups: taken under load, looked at, brought back.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { type CommandLine, openCommandLine, runInProcess } from '../support/command-line.ts';
import { start } from '../support/running-program.ts';
import { BACKEND_SECRET, HS256_SECRET, SAMPLE_TENANT } from '../support/sample-tenant.ts';

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', SAMPLE_TENANT)]);
});
after(() => line.close());

const backupPath = (name: string) => join(line.folder, `${name}.backup`);

async function change<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Another installation with the same master key, empty. */
async function withEmptyInstallation(work: (other: CommandLine) => Promise<void>): Promise<void> {
  const other = await openCommandLine();
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

test('a backup that is restored elsewhere is the same tenant with the same keys', async () => {
  const file = backupPath('whole');
  assert.match((await line.succeed(['backup', file])).stdout, /^wrote /);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match((await line.run(['backup', file])).stderr, /exists already/);
  await withEmptyInstallation(async (other) => {
    await other.succeed(['restore', file]);
    const exported = await line.succeed(['export', '--with-secrets']);
    assert.equal((await other.succeed(['export', '--with-secrets'])).stdout, exported.stdout);
    const kids = (url: string) =>
      change(url, ({ sql }) => sql.selectFrom('signing_keys').select(['kid', 'status']).orderBy('kid').execute());
    assert.deepEqual(await kids(other.databaseUrl), await kids(line.databaseUrl));
    assert.equal((await other.succeed(['verify'])).code, 0);
  });
});

test('neither the master key nor a secret stands in a backup [T-45]', async () => {
  const file = backupPath('grep');
  await line.succeed(['backup', file]);
  const bytes = readFileSync(file);
  const key = Buffer.alloc(32, 7);
  for (const secret of [
    key,
    key.toString('base64'),
    key.toString('hex'),
    BACKEND_SECRET,
    HS256_SECRET,
    'PRIVATE KEY',
  ]) {
    assert.equal(bytes.indexOf(secret), -1);
  }
});

test('20 backups under load are each whole and hold what was stored before they began [F-17]', async () => {
  const { tenant, connection } = await change(line.databaseUrl, async ({ sql }) => ({
    tenant: await sql.selectFrom('tenants').select('id').executeTakeFirstOrThrow(),
    connection: await sql.selectFrom('connections').select('id').executeTakeFirstOrThrow(),
  }));
  const writer = start(process.execPath, ['test/support/busy-writer.ts', line.databaseUrl, tenant.id, connection.id]);
  try {
    await writer.waitFor(/stored 20\n/);
    for (let round = 1; round <= 20; round += 1) {
      // The last line may be there by half.
      const stored = Number(/stored (\d+)\n[^\n]*$/.exec(writer.printed())?.[1]);
      const file = backupPath(`load-${round}`);
      await line.succeed(['backup', file]);
      const { checks } = (await line.succeed(['verify', file, '--json'])).json<{ checks: { passed: boolean }[] }>();
      assert.ok(checks.every((check) => check.passed));
      const held = await withReadOnly(file, ({ sql }) =>
        sql.selectFrom('users').select('created_at').where('user_id', 'like', 'auth0|busy%').execute(),
      );
      const newest = held.reduce((most, row) => Math.max(most, row.created_at), 0);
      assert.ok(newest >= stored, `backup ${round} ends at ${newest}, but ${stored} were stored before it began`);
      assert.equal(held.length, newest, 'none is missing in between');
    }
  } finally {
    writer.kill('SIGKILL');
    await writer.ended;
  }
});

async function withReadOnly<T>(file: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(`sqlite:${file}`, { readOnly: true });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

test('a restore under another master key changes nothing', async () => {
  const file = backupPath('key');
  await line.succeed(['backup', file]);
  const masterKey = Buffer.alloc(32, 8).toString('base64');
  await withEmptyInstallation(async (other) => {
    const outcome = await runInProcess(['restore', file], { ...other.environment, GATEHOUSE_MASTER_KEY: masterKey });
    assert.equal(outcome.code, 1);
    assert.match(outcome.stderr, /written under another master key/);
    assert.ok(!existsSync(join(other.folder, 'gatehouse.db')));
  });
});

test('a database that holds something is overwritten only when that is asked for, and a file is kept', async () => {
  const file = backupPath('force');
  await line.succeed(['backup', file]);
  await withEmptyInstallation(async (other) => {
    await other.succeed(['apply', other.write('t.yaml', { tenant: { name: 'old', domains: ['old.example.test'] } })]);
    const refused = await other.run(['restore', file]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /holds something already. To overwrite it, add --force/);
    assert.match((await other.succeed(['export'])).stdout, /name: old/);

    const { kept } = (await other.succeed(['restore', file, '--force', '--json'])).json<{ kept: string | null }>();
    assert.match((await other.succeed(['export'])).stdout, /name: acme/);
    if (kept === null) assert.match(other.databaseUrl, /^postgres/);
    else
      assert.match(
        (await runInProcess(['export'], { ...other.environment, GATEHOUSE_DATABASE_URL: `sqlite:${kept}` })).stdout,
        /name: old/,
      );
  });
});

test('a damaged backup is found by verify and refused by restore', async () => {
  const file = backupPath('damaged');
  await line.succeed(['backup', file]);
  const damaged = firstPageOf(file, 'users');
  const bytes = readFileSync(file);
  for (let at = damaged.start; at < damaged.end; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
  const found = await line.run(['verify', file]);
  assert.equal(found.code, 1);
  assert.match(found.stdout, /^FAIL +file/m);
  await withEmptyInstallation(async (other) => {
    const refused = await other.run(['restore', file]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^gatehouse: The backup .*damaged\.backup is damaged/);
    assert.match(refused.stderr, /othing was changed/);
  });
  assert.match(
    (await line.run(['verify', join(line.folder, 'tenant.yaml')])).stdout,
    /^FAIL +file +file is not a database/m,
  );
});

test('verify finds a sealed value that does not open, and a tenant without a current key', async () => {
  await withEmptyInstallation(async (other) => {
    const file = backupPath('values');
    await line.succeed(['backup', file]);
    await other.succeed(['restore', file]);
    await change(other.databaseUrl, async ({ sql }) => {
      const { client_secret_sealed: sealed } = await sql
        .selectFrom('clients')
        .select('client_secret_sealed')
        .where('name', '=', 'Basic')
        .executeTakeFirstOrThrow();
      await sql.updateTable('clients').set({ client_secret_sealed: sealed }).where('name', '=', 'Backend').execute();
      await sql.deleteFrom('signing_keys').where('status', '=', 'current').execute();
    });
    const { code, stdout } = await other.run(['verify']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^FAIL +sealed values +1 of \d+ do not open: clients\.client_secret ten_\w+ BackendClient0+$/m,
    );
    assert.match(stdout, /^FAIL +signing keys +these tenants have no current one: acme$/m);
  });
});

test('without a master key verify says what it did not look at', async () => {
  const file = backupPath('keyless');
  await line.succeed(['backup', file]);
  const { GATEHOUSE_MASTER_KEY: _key, ...environment } = line.environment;
  const { code, stdout } = await runInProcess(['verify', file], environment);
  assert.equal(code, 0);
  assert.match(stdout, /^- +sealed values +not looked at/m);
});

/** Where the table begins in the file: a page that is in use, which a page in the middle need not be. */
function firstPageOf(file: string, table: string): { readonly start: number; readonly end: number } {
  const database = new BetterSqlite(file, { readonly: true });
  const size = database.pragma('page_size', { simple: true }) as number;
  const page = database.prepare('select rootpage from sqlite_schema where name = ?').pluck().get(table) as number;
  database.close();
  return { start: (page - 1) * size, end: page * size };
}

// Copying a whole database: SQLite to SQLite, or with PostgreSQL at hand there and back again.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { copyDatabase } from '../../src/backup/copy-database.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { listTables } from '../../src/storage/table-list.ts';
import { type CommandLine, openCommandLine, runInProcess } from '../support/command-line.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { createTestDatabase } from '../support/test-database.ts';

const LOG_EVENTS = 1300;

let line: CommandLine;
const cleanUps: (() => Promise<void>)[] = [];

before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', SAMPLE_TENANT)]);
  await change(line.databaseUrl, async ({ sql }) => {
    // What applying the file wrote.
    await sql.deleteFrom('log_events').execute();
    const { id } = await sql.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
    for (let i = 0; i < LOG_EVENTS; i += 1) {
      const event = { tenant_id: id, log_id: `log-${i}`, date: 1_800_000_000_000 + i, type: 's' };
      await sql
        .insertInto('log_events')
        .values({ ...event, client_id: i % 2 ? null : `Größe ${i}`, user_id: null, event: '{"a":"\\u0000"}' })
        .execute();
    }
  });
});
after(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  await line.close();
});

/** The address of a database that does not exist yet, on the engine of this run or in a file. */
async function target(name: string, engine: 'same' | 'sqlite' = 'same'): Promise<string> {
  const path = join(line.folder, `${name}.db`);
  if (engine === 'sqlite') return `sqlite:${path}`;
  const created = await createTestDatabase(path);
  cleanUps.push(() => created.remove());
  return created.url;
}

async function change(url: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  const database = await openDatabase(url);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

function exportOf(url: string) {
  return runInProcess(['export', '--with-secrets'], { ...line.environment, GATEHOUSE_DATABASE_URL: url });
}

test('a copy to the other engine and back holds the same rows, and the same tenant', async () => {
  const file = await target('there', 'sqlite');
  const back = await target('back');
  const first = await line.succeed(['copy', '--from', line.databaseUrl, '--to', file, '--json']);
  const { tables, equal } = first.json<{ tables: { name: string; rows: number }[]; equal: boolean }>();
  assert.equal(equal, true);
  assert.equal(tables.find((table) => table.name === 'log_events')?.rows, LOG_EVENTS);
  assert.deepEqual(
    tables.map((table) => table.name),
    (await listTables()).map((table) => table.name),
  );
  await line.succeed(['copy', '--from', file, '--to', back]);
  const original = await exportOf(line.databaseUrl);
  assert.equal(original.code, 0, original.stderr);
  assert.deepEqual([(await exportOf(file)).stdout, (await exportOf(back)).stdout], [original.stdout, original.stdout]);
  await change(back, async ({ sql }) => {
    const { position: _, ...event } = await sql.selectFrom('log_events').selectAll().limit(1).executeTakeFirstOrThrow();
    await sql
      .insertInto('log_events')
      .values({ ...event, log_id: 'after the copy' })
      .execute();
    const newest = sql.selectFrom('log_events').select('log_id').orderBy('position', 'desc').limit(1);
    assert.equal((await newest.executeTakeFirstOrThrow()).log_id, 'after the copy', 'who follows the log sees it');
  });
});

test('progress is told line by line where nobody watches', async () => {
  const { stderr, stdout } = await line.succeed(['copy', '--to', await target('told')]);
  assert.match(stderr, new RegExp(`^copying log_events: ${LOG_EVENTS} of ${LOG_EVENTS}$`, 'm'));
  assert.match(stderr, /^comparing users: 3 of 3$/m);
  assert.match(stdout, /^users +3$/m);
  assert.match(stdout, /complete; both sides are equal/);
});

test('a copy that is cut short anywhere is continued, and no server starts on what there is of it', async () => {
  const url = await target('cut');
  const source = await openDatabase(line.databaseUrl);
  for (let steps = 1, done = false; !done; steps += 3) {
    const to = await openDatabase(url);
    let left = steps;
    try {
      const report = await copyDatabase(source, to, () => {
        left -= 1;
        if (left === 0) throw new Error('cut short');
      });
      assert.equal(report.continued, true);
      done = true;
    } catch (error) {
      assert.match(String(error), /cut short/);
      await to.close();
      const refused = await exportOf(url);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /a copy that was interrupted. Run `gatehouse copy` again/);
      continue;
    }
    await to.close();
  }
  await source.close();
  assert.equal((await exportOf(url)).stdout, (await exportOf(line.databaseUrl)).stdout);
});

test('a complete copy is found complete, and refused when it has changed since', async () => {
  const url = await target('twice');
  await line.succeed(['copy', '--to', url]);
  assert.match((await line.succeed(['copy', '--to', url])).stdout, /held all of it already/);
  await change(url, ({ sql }) => sql.updateTable('users').set({ logins_count: 7 }).execute());
  const { code, stderr } = await line.run(['copy', '--to', url]);
  assert.equal(code, 1);
  assert.match(stderr, /not empty, and differs from the source in users/);
});

test('an unfinished copy of another database is refused', async () => {
  const url = await target('other');
  const other = await openCommandLine();
  cleanUps.push(() => other.close());
  await other.succeed(['apply', other.write('t.yaml', { tenant: { name: 'other', domains: ['other.example.test'] } })]);
  await change(url, async (to) => {
    const from = await openDatabase(other.databaseUrl);
    await assert.rejects(
      copyDatabase(from, to, () => {
        throw new Error('cut short');
      }),
      /cut short/,
    );
    await from.close();
  });
  const { stderr } = await line.run(['copy', '--to', url]);
  assert.match(stderr, /an unfinished copy of another database/);
});

test('a source of another schema version is refused, and so is a missing one', async () => {
  const url = await target('newer');
  await line.succeed(['copy', '--to', url]);
  await change(url, ({ sql }) => setMigration(sql, '2099-01-01-01-from-the-future'));
  assert.match((await line.run(['copy', '--from', url, '--to', await target('x1')])).stderr, /newer version/);
  const missing = `sqlite:${join(line.folder, 'missing.db')}`;
  assert.match(
    (await line.run(['copy', '--from', missing, '--to', await target('x2')])).stderr,
    /There is no database file/,
  );
  assert.match((await line.run(['copy'])).stderr, /two different databases/);
});

async function setMigration(sql: Database['sql'], name: string): Promise<void> {
  const history = sql as unknown as import('kysely').Kysely<{ kysely_migration: { name: string; timestamp: string } }>;
  await history.insertInto('kysely_migration').values({ name, timestamp: '2099-01-01T00:00:00.000Z' }).execute();
}

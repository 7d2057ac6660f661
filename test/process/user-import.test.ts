// Imports as processes: a command that is interrupted or killed and run again, beside a server, and a job of the server in a
// process of its own.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { createConnectionStore } from '../../src/connection/connection-store.ts';
import { createJobFileStore } from '../../src/job/job-file-store.ts';
import { createJobStore } from '../../src/job/job-store.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createTenantStore } from '../../src/tenant/tenant-store.ts';
import { createChildRunner, createJobRunner } from '../../src/user-import/job-runner.ts';
import { createUserJobs } from '../../src/user-import/user-jobs.ts';
import { cleanEnvironment, type Ended, type RunningProgram, startGatehouse } from '../support/running-program.ts';
import { DATABASE, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { type Installation, makeInstallation, requestToken } from '../support/served-server.ts';

const USERS = 12_000;
const MD5 = { algorithm: 'md5', hash: { value: '5ebe2294ecd0e0f08eab7690d2a6ee69', encoding: 'hex' } };

let installation: Installation;
beforeEach(async () => {
  installation = makeInstallation();
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
});
afterEach(() => installation.remove());

function record(number: number): object {
  return { email: `p${number}@example.com`, custom_password_hash: MD5 };
}

function startImport(path: string): RunningProgram {
  const args = ['user', 'import', path, '--connection', DATABASE, '--data-dir', installation.dataDir];
  return startGatehouse(args, installation.environment);
}

function query(text: string): number {
  const database = new BetterSqlite(installation.databasePath, { timeout: 10_000 });
  try {
    const statement = database.prepare(text);
    return statement.reader ? (statement.pluck().get() as number) : statement.run().changes;
  } finally {
    database.close();
  }
}

async function whenSomeAreDone(): Promise<void> {
  while (query('select coalesce(sum(records_done), 0) from jobs') === 0) await systemClock.sleep(20);
}

for (const [name, end] of [
  ['interrupted', 'SIGINT'],
  ['killed', 'SIGKILL'],
] as const) {
  test(`an import that is ${name} goes on when it is run again, and nobody is there twice`, async () => {
    const before = query('select count(*) from users');
    const path = join(installation.dataDir, 'users.json');
    writeFileSync(path, JSON.stringify(Array.from({ length: USERS }, (_, at) => record(at))));
    const first = startImport(path);
    await whenSomeAreDone();
    first.kill(end);
    const { code, stderr } = await first.ended;
    assert.notEqual(code, 0);
    if (end === 'SIGINT') assert.match(stderr, /Interrupted\. Run the same command again to continue\./);
    // What a killed process claimed is free a minute later.
    else query('update jobs set claimed_until = 0');
    const done = query('select records_done from jobs');
    assert.ok(done > 0 && done < USERS, String(done));
    assert.equal(query('select count(*) from users') - before, done);

    const again: Ended = await startImport(path).ended;
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stdout,
      new RegExp(`continued after ${done} users[^]*${USERS} users: ${USERS} added, 0 changed, 0 failed`),
    );
    assert.equal(query('select count(*) from users') - before, USERS);
    assert.equal(query("select count(*) from credentials where password_hash like '$custom$%'"), USERS);
  });
}

test('users log in at a running server as soon as they came in beside it', async () => {
  const { port } = await installation.serve();
  const path = join(installation.dataDir, 'users.json');
  writeFileSync(path, JSON.stringify([record(1)]));
  const { code, stderr } = await startImport(path).ended;
  assert.equal(code, 0, stderr);
  const answer = await requestToken(port, { ...SEED_REQUEST, username: 'p1@example.com', password: 'secret' });
  assert.equal(answer.status, 200);
});

test('a job of the server is done in a process of its own', async () => {
  const databaseUrl = `sqlite:${installation.databasePath}`;
  const database = await openDatabase(databaseUrl);
  try {
    const { sql } = database;
    const tenant = await createTenantStore(sql).findByName('acme');
    assert.ok(tenant);
    const vault = createVault(Buffer.from(installation.environment['GATEHOUSE_MASTER_KEY'] ?? '', 'base64'));
    const connections = await createConnectionStore(sql, vault).list(tenant.id);
    const connection = connections.find(({ name }) => name === DATABASE);
    assert.ok(connection);
    const shared = { database, jobs: createJobStore(sql), files: createJobFileStore(sql), clock: systemClock };
    const jobs = createUserJobs({ ...shared, keyedHash: (value) => vault.keyedHash(value), wake: () => {} });
    const runner = createJobRunner({
      ...shared,
      logger: createLogger('silent'),
      runJob: createChildRunner(databaseUrl, cleanEnvironment()),
      connectionNames: async () => new Map(),
      onEnd: async () => {},
    });
    const file = Buffer.from(JSON.stringify([record(1), record(2), record(1)]));
    const wanted = { connection, file, upsert: false, externalId: null, sendCompletionEmail: false };
    const { id } = await jobs.createImport(tenant.id, wanted, async () => {});
    await runner.runWaiting();
    const done = await jobs.find(tenant.id, id);
    assert.deepEqual([done?.status, done?.inserted, done?.failed, done?.failure], ['completed', 2, 1, null]);
  } finally {
    await database.close();
  }
});

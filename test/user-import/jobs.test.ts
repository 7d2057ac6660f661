// Jobs about users: how many there may be, what becomes of them, what can be fetched of them and for how long.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Job } from '../../src/job/job.ts';
import { percentageOf } from '../../src/job/job.ts';
import { createJobFileStore } from '../../src/job/job-file-store.ts';
import { createJobStore } from '../../src/job/job-store.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createJobRunner, type JobRunner, type RunJob } from '../../src/user-import/job-runner.ts';
import { runJob } from '../../src/user-import/run-job.ts';
import {
  createUserJobs,
  FileTooLarge,
  type NewExport,
  TooManyJobs,
  type UserJobs,
} from '../../src/user-import/user-jobs.ts';
import { DATABASE, PASSWORD, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestServer;
let tenantId: TenantId;
let jobs: UserJobs;
let runner: JobRunner;
let ended: Job[];
beforeEach(async () => {
  server = await startServer();
  server.clock.advance(1000);
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  tenantId = tenant.id;
  ended = [];
  ({ jobs, runner } = open((order) => runJob(server.ground, order)));
});
afterEach(() => server.close());

/** The parts of a node that does the work this way. */
function open(work: RunJob): { jobs: UserJobs; runner: JobRunner } {
  const { database, vault } = server.ground;
  const shared = { jobs: createJobStore(database.sql), files: createJobFileStore(database.sql), ...server.ground };
  return {
    jobs: createUserJobs({ ...shared, keyedHash: (value) => vault.keyedHash(value), wake: () => {} }),
    runner: createJobRunner({
      ...shared,
      runJob: work,
      connectionNames: async () => {
        const all = await server.app.stores.connections.list(tenantId);
        return new Map(all.map(({ id, name }) => [id as string, name]));
      },
      onEnd: async (_sql, { job }) => {
        ended.push(job);
      },
    }),
  };
}

async function connectionOf(name: string) {
  const connection = (await server.app.stores.connections.list(tenantId)).find((one) => one.name === name);
  assert.ok(connection);
  return connection;
}

async function startImport(records: readonly object[] | string, upsert = false): Promise<Job> {
  const file = Buffer.from(typeof records === 'string' ? records : JSON.stringify(records));
  const wanted = {
    connection: await connectionOf(DATABASE),
    file,
    upsert,
    externalId: 'mine',
    sendCompletionEmail: false,
  };
  return jobs.createImport(tenantId, wanted, async () => {});
}

async function startExport(wanted: Partial<NewExport> = {}): Promise<Job> {
  const usual = { connectionId: null, format: 'json', limit: null, fields: null } as const;
  return jobs.createExport(tenantId, { ...usual, ...wanted }, async () => {});
}

async function found({ id }: Job): Promise<Job> {
  const job = await jobs.find(tenantId, id);
  assert.ok(job);
  return job;
}

async function textOf(job: Job): Promise<string> {
  const address = jobs.addressOf(tenantId, await found(job));
  const file = address === null ? null : await jobs.readExport(tenantId, address);
  assert.ok(file);
  const pieces: Buffer[] = [];
  for await (const piece of file.pieces) pieces.push(piece);
  return gunzipSync(Buffer.concat(pieces)).toString();
}

async function countRows(table: 'job_data' | 'job_errors' | 'jobs'): Promise<number> {
  return (await server.ground.database.sql.selectFrom(table).selectAll().execute()).length;
}

test('an import goes from pending to completed, counts, and tells what failed', async () => {
  const job = await startImport([
    { email: 'new@example.com', password_hash: bcryptHash('pw') },
    { email: 'user@example.com' },
    { email: 'no address' },
  ]);
  assert.match(job.id, /^job_[A-Za-z0-9]{16}$/);
  assert.deepEqual([job.status, job.externalId, percentageOf(job)], ['pending', 'mine', 0]);
  await runner.runWaiting();
  const done = await found(job);
  assert.deepEqual(
    [done.status, done.recordsDone, done.inserted, done.updated, done.failed, percentageOf(done)],
    ['completed', 3, 1, 0, 2, 100],
  );
  const errors = await jobs.listErrors(tenantId, job.id);
  assert.deepEqual(
    errors?.map((error) => error.errors[0]?.code),
    ['DUPLICATED_USER', 'FORMAT'],
  );
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['completed'],
  );
  assert.equal((await server.token({ ...SEED_REQUEST, username: 'new@example.com', password: 'pw' })).statusCode, 200);
});

test('the file of an import is gone when the job has ended, and everything else a day later', async () => {
  await startImport([{ email: 'none' }]);
  assert.equal(await countRows('job_data'), 1);
  await runner.runWaiting();
  assert.deepEqual([await countRows('job_data'), await countRows('job_errors'), await countRows('jobs')], [0, 1, 1]);
  server.clock.advance(24 * HOUR - 1);
  await runner.runWaiting();
  assert.equal(await countRows('jobs'), 1);
  server.clock.advance(2);
  await runner.runWaiting();
  assert.deepEqual([await countRows('jobs'), await countRows('job_errors')], [0, 0]);
});

test('a file that is no list of users fails the job, in words for the caller', async () => {
  const job = await startImport('email,name\nada@example.com,Ada');
  await runner.runWaiting();
  const done = await found(job);
  assert.equal(done.status, 'failed');
  assert.match(done.failure ?? '', /no list of users: byte 1/);
});

test('a tenant has two imports under way and no third; a file has a bound', async () => {
  await startImport([]);
  await startImport([]);
  await assert.rejects(startImport([]), TooManyJobs);
  await startExport();
  await runner.runWaiting();
  await startImport([]);
  await assert.rejects(startImport('x'.repeat(500 * 1024 + 1)), FileTooLarge);
});

test('two requests at once do not both get the last place', async () => {
  const answers = await Promise.allSettled([1, 2, 3, 4].map(() => startImport([])));
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 2);
});

test('a job that a node left behind is taken up by another when its claim has run out', async () => {
  const job = await startImport([{ email: 'late@example.com' }]);
  const { promise: never } = Promise.withResolvers<null>();
  const crashed = open(() => never).runner;
  void crashed.runWaiting();
  while ((await found(job)).status !== 'processing') await new Promise((resolve) => setImmediate(resolve));
  await runner.runWaiting();
  assert.equal((await found(job)).status, 'processing');
  server.clock.advance(MINUTE + 1);
  await runner.runWaiting();
  assert.deepEqual([(await found(job)).status, (await found(job)).inserted], ['completed', 1]);
});

test('a node that lost its claim writes nothing more', async () => {
  const job = await startImport([{ email: 'once@example.com' }]);
  const slow = open(async (order) => {
    server.clock.advance(2 * MINUTE);
    await runner.runWaiting();
    return runJob(server.ground, order);
  }).runner;
  await slow.runWaiting();
  const done = await found(job);
  assert.deepEqual([done.status, done.inserted, done.failed], ['completed', 1, 0]);
});

test('a node that stops lets go of its job at once', async () => {
  const job = await startImport([{ email: 'soon@example.com' }]);
  const stop = new AbortController();
  const stopping = open(async () => {
    stop.abort();
    throw new Error('killed');
  }).runner;
  await stopping.runWaiting(stop.signal);
  await runner.runWaiting();
  assert.equal((await found(job)).status, 'completed');
});

test('a job that takes longer than two hours fails', async () => {
  const job = await startImport([{ email: 'soon@example.com' }]);
  const slow = open(async (_order, signal) => {
    if (!signal.aborted) await once(signal, 'abort');
    throw new Error('killed');
  }).runner;
  const { sql } = server.ground.database;
  const long = server.clock.now() - 2 * HOUR;
  await sql.updateTable('jobs').set({ status: 'processing', started_at: long }).where('id', '=', job.id).execute();
  await slow.runWaiting();
  assert.match((await found(job)).failure ?? '', /longer than two hours/);
});

test('a fault of ours fails the job without telling what it was', async () => {
  const job = await startImport([{ email: 'soon@example.com' }]);
  await open(() => Promise.reject(new Error('a secret of ours'))).runner.runWaiting();
  assert.equal((await found(job)).failure, 'An unexpected error occurred.');
});

test('an export has every user with the usual fields, one a line', async () => {
  const job = await startExport();
  await runner.runWaiting();
  const users = (await textOf(job))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(users.map((user) => String(user['email'])).toSorted(), [
    'blocked@example.com',
    'second@example.com',
    'user@example.com',
  ]);
  const user = users.find((one) => one['user_id'] === USER_ID);
  assert.deepEqual([user?.['given_name'], user?.['email_verified']], ['Sam', true]);
});

test('an export of one connection takes the fields that are asked for, by the names they are to have', async () => {
  const fields = [
    { name: 'email', exportAs: 'mail' },
    { name: 'identities[0].connection', exportAs: 'provider' },
    { name: 'app_metadata.plan.name', exportAs: 'plan' },
  ];
  const { id: connectionId } = await connectionOf('Second');
  const job = await startExport({ connectionId, fields, limit: 5 });
  await runner.runWaiting();
  assert.deepEqual(JSON.parse(await textOf(job)), { mail: 'second@example.com', provider: 'Second' });
});

test('a table has its heads and its cells, which no spreadsheet takes for formulas [T-17]', async () => {
  const file = [{ email: 'f@example.com', name: '=HYPERLINK("http://evil.example")' }];
  await startImport(file);
  await runner.runWaiting();
  const fields = [
    { name: 'name', exportAs: 'Name' },
    { name: 'blocked', exportAs: 'Blocked' },
    { name: 'created_at', exportAs: 'Since' },
  ];
  const job = await startExport({ format: 'csv', fields });
  await runner.runWaiting();
  const [head, ...lines] = (await textOf(job)).trimEnd().split('\n');
  assert.equal(head, '"Name","Blocked","Since"');
  assert.ok(lines.some((line) => line.startsWith(`"'=HYPERLINK(""http://evil.example"")",,2026-`)));
});

test('no field of an export leads to a hash or beyond the user [T-17]', async () => {
  const names = ['password_hash', 'credentials', '__proto__', 'constructor.name', 'email.length'];
  const job = await startExport({ fields: names.map((name) => ({ name, exportAs: name })) });
  await runner.runWaiting();
  assert.deepEqual(new Set((await textOf(job)).trimEnd().split('\n')), new Set(['{}']));
  assert.ok(!(await textOf(job)).includes(PASSWORD));
});

test('the address of an export opens it for a minute, for nobody else and nothing else [T-17]', async () => {
  const job = await startExport();
  assert.equal(jobs.addressOf(tenantId, job), null);
  await runner.runWaiting();
  const address = jobs.addressOf(tenantId, await found(job));
  assert.ok(address);
  const [id, expires, proof] = address.split('.');
  assert.ok(await jobs.readExport(tenantId, address));
  for (const other of [
    `${id}.${expires}.${'A'.repeat(proof?.length ?? 0)}`,
    `${id}.${Number(expires) + 1}.${proof}`,
    `job_${'A'.repeat(16)}.${expires}.${proof}`,
    `${id}.${expires}`,
    '',
  ]) {
    assert.equal(await jobs.readExport(tenantId, other), null);
  }
  assert.equal(await jobs.readExport('another' as TenantId, address), null);
  server.clock.advance(MINUTE + 1);
  assert.equal(await jobs.readExport(tenantId, address), null);
});

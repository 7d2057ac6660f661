// Jobs: users imported from a file and exported to one, over the Management API.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { DATABASE, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

let server: ManagementServer;
let connectionId: string;
beforeEach(async () => {
  server = await startManagementServer();
  const { json } = await server.api('GET', `/connections?name=${DATABASE}`);
  connectionId = (json as { id: string }[])[0]?.id ?? '';
});
afterEach(() => server.close());

const BOUNDARY = 'a-boundary-of-this-test';

function formOf(parts: Readonly<Record<string, string>>, file: string | null): string {
  const fields = Object.entries(parts).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const users =
    file === null
      ? ''
      : `--${BOUNDARY}\r\ncontent-disposition: form-data; name="users"; filename="users.json"\r\ncontent-type: application/json\r\n\r\n${file}\r\n`;
  return `${fields.join('')}${users}--${BOUNDARY}--\r\n`;
}

async function importUsers(users: unknown, parts: Record<string, string> = {}) {
  const answer = await server.app.server.inject({
    method: 'POST',
    url: '/api/v2/jobs/users-imports',
    headers: {
      host: HOST,
      authorization: `Bearer ${await server.managementToken()}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    },
    payload: formOf(
      { connection_id: connectionId, ...parts },
      typeof users === 'string' ? users : JSON.stringify(users),
    ),
  });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

async function jobOf(id: unknown) {
  return (await server.api('GET', `/jobs/${String(id)}`)).json as Record<string, unknown>;
}

test('users of a file can log in when the job has ended', async () => {
  const hash = '$2b$10$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm';
  const made = await importUsers(
    [
      { email: 'grace@example.com', password_hash: hash, app_metadata: { plan: 'gold' } },
      { email: 'no address', password_hash: hash },
      {
        email: 'alan@example.com',
        custom_password_hash: {
          algorithm: 'md5',
          hash: { value: '5f4dcc3b5aa765d61d8327deb882cf99', encoding: 'hex' },
        },
      },
    ],
    { external_id: 'first', upsert: 'false' },
  );
  assert.equal(made.status, 202, JSON.stringify(made.json));
  const { id, created_at: createdAt, ...rest } = made.json;
  assert.match(String(id), /^job_[A-Za-z0-9]{16}$/);
  assert.ok(createdAt);
  assert.deepEqual(rest, {
    type: 'users_import',
    status: 'pending',
    connection_id: connectionId,
    external_id: 'first',
    upsert: false,
    send_completion_email: false,
  });
  await server.app.jobRunner.runWaiting();
  const done = await jobOf(id);
  assert.equal(done['status'], 'completed');
  assert.equal(done['percentage_done'], 100);
  assert.deepEqual(done['summary'], { failed: 1, updated: 0, inserted: 2, total: 3 });
  const errors = (await server.api('GET', `/jobs/${String(id)}/errors`)).json as {
    user: Record<string, unknown>;
    errors: { code: string; message: string; path: string }[];
  }[];
  assert.equal(errors.length, 1);
  assert.equal(errors[0]?.user['email'], 'no address');
  assert.ok(!JSON.stringify(errors).includes(hash));
  assert.ok(errors[0]?.errors[0]?.message);
  const login = await server.token({ ...SEED_REQUEST, username: 'alan@example.com', password: 'password' });
  assert.equal(login.statusCode, 200, login.body);
});

test('a job without errors answers 204 when it is asked for them', async () => {
  const made = await importUsers([{ email: 'grace@example.com' }]);
  await server.app.jobRunner.runWaiting();
  const errors = await server.api('GET', `/jobs/${String(made.json['id'])}/errors`);
  assert.equal(errors.status, 204);
});

test('a file that is no list of users fails, and says so', async () => {
  const made = await importUsers('{"email":');
  await server.app.jobRunner.runWaiting();
  const done = await jobOf(made.json['id']);
  assert.equal(done['status'], 'failed');
  assert.equal(typeof done['status_details'], 'string');
});

test('what is wrong with the form is refused before anything is stored', async () => {
  assert.equal((await importUsers([], { connection_id: 'con_nothing' })).status, 404);
  assert.equal((await importUsers([], { upsert: 'maybe' })).status, 400);
  assert.equal((await importUsers([], { colour: 'blue' })).status, 400);
  assert.equal((await importUsers([], { send_completion_email: 'true' })).status, 400);
  assert.equal((await importUsers('x'.repeat(600 * 1024))).status, 413);
  assert.equal((await server.api('POST', '/jobs/users-imports', {})).status, 415);
});

test('a tenant has two imports under way at most', async () => {
  assert.equal((await importUsers([])).status, 202);
  assert.equal((await importUsers([])).status, 202);
  const third = await importUsers([]);
  assert.equal(third.status, 429);
  assert.equal(third.json['errorCode'], 'too_many_jobs');
});

test('users are exported to a file, which opens for a minute and holds no hash', async () => {
  const made = await server.api('POST', '/jobs/users-exports', {
    connection_id: connectionId,
    format: 'json',
    fields: [{ name: 'email' }, { name: 'user_id', export_as: 'id' }],
  });
  assert.equal(made.status, 200, made.raw.body);
  await server.app.jobRunner.runWaiting();
  const { location, status } = await jobOf((made.json as { id: string }).id);
  assert.equal(status, 'completed');
  const url = new URL(String(location));
  const fetchIt = () => server.app.server.inject({ url: url.pathname, headers: { host: HOST } });
  const file = await fetchIt();
  assert.equal(file.statusCode, 200);
  const lines = gunzipSync(file.rawPayload).toString().trim().split('\n');
  const users = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.ok(users.some(({ email }) => email === SEED_REQUEST.username));
  assert.ok(users.every((user) => Object.keys(user).every((name) => ['email', 'id'].includes(name))));
  assert.ok(!lines.join('').includes('argon2id'));
  server.clock.advance(61_000);
  assert.equal((await fetchIt()).statusCode, 404);
});

test('jobs about users write an event each [L-08]', async () => {
  await importUsers([]);
  await server.api('POST', '/jobs/users-exports', {});
  const told = (await server.logs()).map(({ description }) => description);
  assert.ok(told.includes('users import started'));
  assert.ok(told.includes('users export started'));
});

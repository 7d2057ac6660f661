// From one release to the next and back: the database of an earlier version is brought up to date with everything in it, and
// what was kept of it brings the former state back.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { keptCopyOf } from '../../src/backup/upgrade-database.ts';
import { openGround } from '../../src/cli/ground.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { openDatabase, sqlitePathOf } from '../../src/storage/database.ts';
import { readSchemaState } from '../../src/storage/migrate.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { PREVIOUS_DATABASE, placePreviousDatabase, readAllRows } from '../support/previous-release.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

let line: CommandLine;
/** Where SQLite's file lies; null on PostgreSQL, where nothing is kept. */
let path: string | null;
beforeEach(async () => {
  line = await openCommandLine();
  await placePreviousDatabase(line.databaseUrl);
  path = sqlitePathOf(line.databaseUrl);
});
afterEach(() => line.close());

const previous = () => readAllRows(PREVIOUS_DATABASE);

async function stateOf(url: string) {
  const database = await openDatabase(url, { poolSize: 1 });
  try {
    return await readSchemaState(database);
  } finally {
    await database.close();
  }
}

/** What the server of this version answers on the database, and the names of its keys. */
async function logIn(...requests: object[]): Promise<{ statuses: number[]; subjects: unknown[]; kids: string[] }> {
  const configuration = await loadConfiguration({ file: null, environment: line.environment, flags: {} });
  const ground = await openGround(configuration);
  const app = createApp(ground);
  try {
    const answers = [];
    for (const payload of requests) {
      answers.push(await app.server.inject({ method: 'POST', url: '/oauth/token', headers: { host: HOST }, payload }));
    }
    const subjects = answers.map((answer) => {
      const { access_token: token = '' } = answer.json<{ access_token?: string }>();
      const [, claims = ''] = token.split('.');
      return claims && (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }).sub;
    });
    const keys = await ground.database.sql.selectFrom('signing_keys').select('kid').execute();
    return { statuses: answers.map((one) => one.statusCode), subjects, kids: keys.map(({ kid }) => kid) };
  } finally {
    await app.server.close();
    await ground.database.close();
  }
}

test('an earlier database is brought up to date with everything in it, and its people log in [F-22]', async () => {
  const { missing } = await stateOf(line.databaseUrl);
  assert.ok(missing.length >= 28, `${missing.length} migrations are missing`);
  const migrated = (await line.succeed(['migrate', '--json'])).json();
  assert.deepEqual(migrated, { ran: missing, kept: path && keptCopyOf(path) });
  assert.deepEqual((await line.succeed(['migrate', '--json'])).json(), { ran: [], kept: null });

  // Everything sealed opens, such as the password that a directory is asked with.
  await line.succeed(['verify']);
  const connections = (await line.succeed(['connection', 'list', '--json'])).json<object[]>();
  assert.equal(connections.length, previous().get('connections')?.length);
  const user = (await line.succeed(['user', 'show', USER, '--json'])).json();
  assert.deepEqual(user['user_metadata'], { plan: 'gold' });
  assert.equal((await line.succeed(['log', 'list', '--json'])).json<object[]>().length, 2);

  const backend = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
  const { statuses, subjects, kids } = await logIn(
    SEED_REQUEST,
    { ...SEED_REQUEST, ...backend },
    { ...SEED_REQUEST, password: 'wrong' },
  );
  assert.deepEqual(statuses, [200, 200, 403]);
  assert.deepEqual(subjects.slice(0, 2), [USER_ID, USER_ID]);
  for (const { kid } of previous().get('signing_keys') ?? []) assert.ok(kids.includes(String(kid)));
});

test('what was kept brings the former state back [F-22]', async () => {
  await line.succeed(['migrate']);
  await line.succeed(['user', 'delete', USER]);
  assert.deepEqual((await logIn(SEED_REQUEST)).statuses, [403]);
  // On PostgreSQL it is the backup that was taken with the earlier version.
  const kept = path === null ? PREVIOUS_DATABASE : keptCopyOf(path);
  assert.match((await line.run(['restore', kept])).stderr, /holds something already/);
  await line.succeed(['restore', kept, '--force']);
  assert.deepEqual((await logIn(SEED_REQUEST)).statuses, [200]);
});

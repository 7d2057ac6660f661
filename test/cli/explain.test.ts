// The login inspector in a terminal says the same as over the Management API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type App, createApp } from '../../src/app.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { inspectLogin } from '../../src/grant/login-inspection.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { createVault } from '../../src/storage/vault.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

let line: CommandLine;
let database: Database;
let app: App;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', SAMPLE_TENANT)]);
  database = await openDatabase(line.databaseUrl);
  app = createApp({
    configuration: await loadConfiguration({ file: null, environment: line.environment, flags: {} }),
    database,
    vault: createVault(Buffer.alloc(32, 7)),
    clock: systemClock,
    logger: createLogger('silent'),
  });
});
after(async () => {
  await app.server.close();
  await database.close();
  await line.close();
});

/** The id of the answer to this request. */
async function ask(body: object): Promise<string> {
  const answer = await app.server.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify({ ...SEED_REQUEST, ...body }),
  });
  return String(answer.headers['x-auth0-requestid']);
}

test('a login that was granted is printed with its phases and their times', async () => {
  const id = await ask({});
  const { stdout } = await line.succeed(['explain', id]);
  assert.match(stdout, new RegExp(`^GRANTED .*\\nrequest +${id}\\nevent +900`));
  assert.match(stdout, /^client +CLI \(PublicClient0+\)$/m);
  assert.match(stdout, /^answer +200$/m);
  const passed = stdout.match(/^✓ +(Client|Grant|Connection|Attack|Password|Audience|Tokens).* \d+\.\d ms +\S.*\.$/gm);
  assert.equal(passed?.length, 7, stdout);
  assert.doesNotMatch(stdout, /^Why|^Fix|^Run/m);
});

test('a refusal is printed with why, what to do, and the command that does it', async () => {
  const id = await ask({ client_id: 'WithoutGrant' });
  const { stdout } = await line.succeed(['explain', id]);
  assert.match(stdout, /^REFUSED /);
  assert.match(stdout, /^answer +403 unauthorized_client Grant type 'password' not allowed for the client\.$/m);
  assert.match(stdout, /^✗ +Grant type/m);
  assert.match(stdout, /^· +Tokens +Not reached\.$/m);
  assert.match(stdout, /^Why: .* \(grant-not-enabled\)\nFix: .*\nRun: {2}gatehouse /m);
  const command = /^Run: {2}gatehouse (.*)$/m.exec(stdout)?.[1] ?? '';
  await line.succeed(command.replaceAll("'", '').split(' '));
  app.forgetConfiguration();
  const now = await line.succeed(['explain', await ask({ client_id: 'WithoutGrant' }), '--json']);
  assert.equal(now.json<{ explanation: { reason: string } }>().explanation.reason, 'connection-disabled');
});

test('as JSON it is what the Management API answers', async () => {
  const id = await ask({ password: 'wrong' });
  const [tenant] = await app.stores.tenants.list();
  assert.ok(tenant);
  const inspection = await inspectLogin(app.stores, tenant, id);
  assert.deepEqual((await line.succeed(['explain', id, '--json'])).json(), inspection);
  assert.deepEqual((await line.succeed(['explain', inspection?.log_id ?? '', '--json'])).json(), inspection);
});

test('an id without an event is told plainly, with what that may mean', async () => {
  const { code, stderr } = await line.run(['explain', '19bc1a5a0f1b2c3d4e5f']);
  assert.equal(code, 1);
  assert.match(stderr, /No event of the tenant acme tells of a token request 19bc1a5a0f1b2c3d4e5f\./);
  assert.match(stderr, /one event a minute/);
});

test('nothing that a stranger sent moves the terminal', async () => {
  const { stdout } = await line.succeed([
    'explain',
    await ask({ client_id: 'Evil\u001b[2J\u202e', scope: '\u009b1m' }),
  ]);
  assert.match(stdout, /Evil\u{fffd}\[2J\u{fffd}/u);
  assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

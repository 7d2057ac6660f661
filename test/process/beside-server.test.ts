// Commands beside a running server: it sees what they change within five seconds, and goes on serving.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { type RunningProgram, start, startGatehouse } from '../support/running-program.ts';
import { DATABASE, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { type Installation, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const WITHIN_MS = 5000;

let installation: Installation;
let server: ServedServer;
before(async () => {
  installation = makeInstallation();
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  server = await installation.serve();
});
after(async () => {
  await server.program.stop();
  await installation.remove();
});

async function run(args: readonly string[], input?: string, environment: Record<string, string> = {}): Promise<string> {
  const program = start(process.execPath, ['src/main.ts', ...args, '--data-dir', installation.dataDir], {
    environment: { ...installation.environment, ...environment },
    ...(input === undefined ? {} : { input }),
  });
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Asks until the answer is as wanted; fails when it takes longer than a change may. */
async function within(look: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  while (!(await look())) {
    assert.ok(performance.now() < end, 'the server did not follow in time');
    await setTimeout(100);
  }
}

test('a user made beside the server logs in, and one who is blocked does not [F-16]', async () => {
  const request = { ...SEED_REQUEST, username: 'ada@example.com', password: 'from standard input' };
  assert.equal((await requestToken(server.port, request)).status, 403);
  await run(
    ['user', 'create', 'ada@example.com', '--set', `connection=${DATABASE}`, '--stdin', 'password'],
    request.password,
  );
  await within(async () => (await requestToken(server.port, request)).status === 200);
  await run(['user', 'set-password', 'ada@example.com'], 'another one\n');
  assert.equal((await requestToken(server.port, request)).status, 403);
  const changed = { ...request, password: 'another one' };
  assert.equal((await requestToken(server.port, changed)).status, 200);
  await run(['user', 'block', 'ada@example.com']);
  assert.notEqual((await requestToken(server.port, changed)).status, 200);
});

test('a key rotated beside the server signs [F-16]', async () => {
  const kidNow = async () => {
    const answer = await requestToken(server.port, SEED_REQUEST);
    return decodeProtectedHeader(answer.json<{ access_token: string }>().access_token).kid;
  };
  const earlier = await kidNow();
  const { current } = JSON.parse(await run(['key', 'rotate', '--immediately', '--json'])) as { current: string };
  assert.notEqual(current, earlier);
  await within(async () => (await kidNow()) === current);
});

test('a client deleted beside the server gets no tokens any more', async () => {
  await run([
    'client',
    'create',
    'Short',
    '--set',
    'client_id=Short',
    '--set',
    'app_type=native',
    '--set',
    'grant_types=password',
  ]);
  await run(['connection', 'update', DATABASE, '--set', 'enabled_clients=CLI,Short']);
  const request = { ...SEED_REQUEST, client_id: 'Short' };
  await within(async () => (await requestToken(server.port, request)).status === 200);
  await run(['client', 'delete', 'Short']);
  await within(async () => (await requestToken(server.port, request)).status !== 200);
});

test('new log events are followed as they come', async () => {
  const args = ['log', 'list', '--limit', '1', '--follow', '--json', '--data-dir', installation.dataDir];
  const follower: RunningProgram = startGatehouse(args, installation.environment);
  await follower.waitFor(/"log_id"/);
  await requestToken(server.port, { ...SEED_REQUEST, audience: 'urn:followed' });
  await follower.waitFor(/urn:followed/);
  assert.equal((await follower.stop()).code, 0);
});

test('everything is sealed under a new master key beside the server', async () => {
  const old = installation.environment['GATEHOUSE_MASTER_KEY'] ?? '';
  const keys = { GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'), GATEHOUSE_PREVIOUS_MASTER_KEYS: old };
  assert.match(
    await run(['master-key', 'rotate'], undefined, keys),
    /^sealed \d+ values under the master key [0-9a-f]{8}$/m,
  );
  const verified = await run(['verify'], undefined, { GATEHOUSE_MASTER_KEY: keys.GATEHOUSE_MASTER_KEY });
  assert.match(verified, /^ok +sealed values +all \d+ open$/m);
});

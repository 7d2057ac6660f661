// What nobody expected, in a server that is running: promises that fail unheard, helpers that are killed, no file left to open,
// and at last an exception that nobody caught.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { exchange } from '../support/http-exchange.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const RULE = {
  name: 'Slow',
  order: 1,
  enabled: true,
  script: 'function rule(user, context, done) { done(null, user, context); }',
};
const MOST_FILES = 4096;

const installation = makeInstallation();
let server: ServedServer;
let pid: number;
before(async () => {
  const { code, stderr } = await installation.apply('tenant', { ...SAMPLE_TENANT, rules: [RULE] });
  assert.equal(code, 0, stderr);
  const preloaded = new URL('../support/faults-by-signal.ts', import.meta.url).href;
  installation.environment['NODE_OPTIONS'] = `--import=${preloaded}`;
  server = await installation.serve();
  pid = server.program.pid;
});
after(() => installation.remove());

const login = () => requestToken(server.port, SEED_REQUEST);

async function assertServes(): Promise<void> {
  const { status, text } = await login();
  assert.equal(status, 200, text);
}

test('a promise that fails without anybody waiting for it is told, and ends nothing [F-20]', async () => {
  for (let count = 1; count <= 3; count += 1) {
    server.program.kill('SIGUSR2');
    await server.program.waitFor(new RegExp(`(?:"a promise failed that nobody waited for"[^]*?){${count}}`));
    await assertServes();
  }
});

test('a process for scripts that is killed is replaced, and no login hangs or crashes [F-19]', async () => {
  await assertServes();
  const answers = Array.from({ length: 10 }, login);
  for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL');
  for (const { status, text } of await Promise.all(answers)) assert.ok([200, 500, 503].includes(status), text);
  await assertServes();
});

test('without a file left to open connections are not taken, and when there are some again, they are [F-19]', async () => {
  const limit = (files: number) =>
    assert.equal(spawnSync('prlimit', ['--pid', String(pid), `--nofile=${files}:${MOST_FILES}`]).status, 0);
  limit(readdirSync(`/proc/${pid}/fd`).length + 5);
  const sockets = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const socket = connect(server.port, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
  // Whatever becomes of them: the process is there, and one that has a connection is answered.
  limit(MOST_FILES);
  for (const socket of sockets) socket.destroy();
  await assertServes();
  assert.equal((await exchange({ port: server.port, path: '/readyz', headers: { host: HOST } })).status, 200);
});

test('an exception that nobody caught is told, what was asked is answered, and the process ends with 1 [F-20]', async () => {
  const logins = Array.from({ length: 8 }, login);
  await Promise.any(logins);
  server.program.kill('SIGWINCH');
  for (const { status, text } of await Promise.all(logins)) assert.equal(status, 200, text);
  const { code, stdout } = await server.program.ended;
  assert.equal(code, 1, stdout);
  assert.match(stdout, /"level":"fatal".*"an exception that nobody caught/);
  assert.match(stdout, /"msg":"drained"/);
});

/** The processes that a process started. */
function childrenOf(parent: number): number[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

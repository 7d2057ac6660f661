// The example API, by the commands of its README: whoever pastes them sees the 200, the 401 and the 403 that it promises.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { readShellBlocks } from '../support/readme-commands.ts';
import { needs } from '../support/required-program.ts';
import { ROOT, type RunningProgram, start } from '../support/running-program.ts';

const skip = needs('curl');
const [startServer = '', startApi = '', ...requests] = readShellBlocks('examples/orders-api/README.md');
const END_OF_BLOCK = '--- end of block ---';

let folder: string;
let server: RunningProgram;
let api: RunningProgram;
/** What each block of the third terminal printed. */
let printed: string[];

/** The launcher only brings Node.js and packages, which this process has already; what it runs is run without it. */
function withoutLauncher(command: string): string {
  return command.replace('node scripts/launch.mjs ', 'node ');
}

function runInShell(command: string, environment: Record<string, string> = {}): RunningProgram {
  return start('sh', ['-c', withoutLauncher(command)], { withChildren: true, environment });
}

before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-orders-'));
  const [port, httpsPort] = await findTwoFreePorts();
  const [apiPort] = await findTwoFreePorts();

  assert.equal(startServer, 'npm start\n');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  server = runInShell(`${scripts.start} --data-dir ${folder} --port ${port} --https-port ${httpsPort}`);
  await server.waitFor(/Stop with Ctrl-C/);

  api = runInShell(startApi.replace('.gatehouse/', `${folder}/`), {
    ISSUER_BASE_URL: `https://localhost:${httpsPort}/`,
    PORT: String(apiPort),
  });
  await api.waitFor(/listens/);

  const script = requests
    .map((block) => `${block}\necho\necho '${END_OF_BLOCK}'\n`)
    .join('')
    .replaceAll('localhost:3000', `localhost:${port}`)
    .replaceAll('localhost:3001', `localhost:${apiPort}`);
  const { code, stdout, stderr } = await start('sh', ['-e'], { input: script, withChildren: true }).ended;
  assert.equal(code, 0, stderr);
  printed = stdout.split(`${END_OF_BLOCK}\n`);
});
after(async () => {
  if (skip !== false) return;
  await api?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function answerOf(block: number): { status: string; head: string; body: unknown } {
  const [head = '', body = ''] = (printed[block] ?? '').split('\r\n\r\n');
  const [statusLine = ''] = head.split('\r\n');
  return { status: statusLine.replace(/^HTTP\/1\.1 /, ''), head, body: JSON.parse(body) };
}

test('the token of the README reads the orders', { skip }, () => {
  const { status, body } = answerOf(1);
  assert.equal(status, '200 OK');
  assert.deepEqual(body, [{ id: 1, item: 'Tea', placedBy: 'nobody' }]);
});

test('the README’s request without a token is challenged', { skip }, () => {
  const { status, head, body } = answerOf(2);
  assert.equal(status, '401 Unauthorized');
  assert.deepEqual(body, { error: 'unauthorized', message: 'Unauthorized' });
  assert.match(head, /^www-authenticate: Bearer/im);
});

test('the README’s token for reading places no order', { skip }, () => {
  const { status, body } = answerOf(3);
  assert.equal(status, '403 Forbidden');
  assert.deepEqual(body, { error: 'insufficient_scope', message: 'Insufficient Scope' });
});

test('the README’s token for writing places an order in its user’s name', { skip }, () => {
  const { status, body } = answerOf(4);
  assert.equal(status, '201 Created');
  assert.deepEqual(body, { id: 2, item: 'Coffee', placedBy: 'auth0|67e9930075b689b7db2688df' });
});

test('the README promises these answers in this order', { skip }, () => {
  const readme = readFileSync(join(ROOT, 'examples/orders-api/README.md'), 'utf8');
  const promised = [...readme.matchAll(/(?:The answer is|it is) `(\d+)`/g)].map(([, status]) => status);
  const seen = [1, 2, 3, 4].map((block) => answerOf(block).status.slice(0, 3));
  assert.deepEqual(promised, seen);
});

test('the example’s own package.json asks for what the checkout is tested with', () => {
  const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, object>;
  const { dependencies = {} } = read('examples/orders-api/package.json');
  const { devDependencies = {} } = read('package.json');
  const tested = Object.entries(devDependencies).filter(([name]) => Object.hasOwn(dependencies, name));
  assert.deepEqual(Object.fromEntries(tested), dependencies);
});

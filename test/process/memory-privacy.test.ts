// Nobody looks into the memory of a running server, by whatever way Node.js offers.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { keepMemoryPrivate } from '../../src/cli/memory-privacy.ts';
import { exchange } from '../support/http-exchange.ts';
import { ROOT, startTied } from '../support/running-program.ts';
import { type Installation, makeInstallation } from '../support/served-server.ts';

let installation: Installation;
before(() => {
  installation = makeInstallation();
});
after(() => installation.remove());

test('SIGUSR1 opens no debugger of a server, which goes on [L-12]', async () => {
  const { port, program } = await installation.serve();
  program.kill('SIGUSR1');
  assert.equal((await exchange({ port, path: '/healthz' })).status, 200);
  const { code, stderr } = await program.stop();
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /Debugger/);
});

test('no process that a server starts opens a debugger at a signal [L-12]', () => {
  const starting = globSync('src/**/*.ts', { cwd: ROOT }).filter((name) =>
    /\b(fork|spawn)\(/.test(readFileSync(`${ROOT}/${name}`, 'utf8')),
  );
  assert.ok(starting.length >= 4);
  for (const name of starting) {
    const text = readFileSync(`${ROOT}/${name}`, 'utf8');
    assert.equal(text.split('--disable-sigusr1').length, text.split(/\b(?:fork|spawn)\(/).length, name);
  }
});

test('options of Node.js that show the memory of a server are refused, wherever they are given [L-12]', () => {
  for (const [options, environment] of [
    [['--heapsnapshot-signal=SIGUSR2'], {}],
    [['--no-warnings', '--inspect=127.0.0.1:0'], {}],
    [[], { NODE_OPTIONS: '--max-http-header-size=16384 --heapsnapshot_near_heap_limit=1' }],
    [[], { NODE_OPTIONS: '"--report_on_signal"' }],
  ] as const) {
    assert.throws(() => keepMemoryPrivate(options, environment), /shows what is in the memory/);
  }
  keepMemoryPrivate(['--max-semi-space-size=2'], { NODE_OPTIONS: '--enable-source-maps' });
});

test('serve looks for them before it does anything [L-12]', async () => {
  const serve = ['--inspect=127.0.0.1:0', 'src/main.ts', 'serve', '--port', '0', '--data-dir', installation.dataDir];
  const program = startTied(process.execPath, serve, { environment: installation.environment });
  const { code, stderr } = await program.ended;
  assert.equal(code, 1);
  assert.match(stderr, /^gatehouse: Node\.js was started with --inspect=127\.0\.0\.1:0, which shows/m);
});

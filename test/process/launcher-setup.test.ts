// What the launcher sees to before it runs a program: a Node.js that is new enough, whole and genuine, and the packages
// of the lock file, installed once and by one launcher at a time.

import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { chooseNode } from '../../scripts/launch/find-node.mjs';
import { explainNpmFailure, npmCommand } from '../../scripts/launch/npm.mjs';
import {
  cannotTell,
  isRunning,
  type LauncherCheckout,
  makeLauncherCheckout,
  type Running,
  waitUntil,
} from './launcher-checkout.ts';

const program = "console.log('ran');";
const lockFile = (version: number): string => `{ "lockfileVersion": 3, "packages": {}, "version": "${version}" }`;

test('packages are installed once, and again when the lock file changed', async (t) => {
  const checkout = makeLauncherCheckout(t, program);
  for (const _ of [1, 2]) assert.equal((await checkout.launch().ended).stdout, 'ran\n');
  assert.equal(checkout.npmCalls().length, 1);
  assert.match(checkout.npmCalls()[0] ?? '', / install --no-save .*--ignore-scripts/);
  checkout.write('package-lock.json', lockFile(2));
  await checkout.launch().ended;
  assert.equal(checkout.npmCalls().length, 2);
});

test('a failed installation runs no program, says why, and is tried again', async (t) => {
  const checkout = makeLauncherCheckout(t, program, 'echo "npm error code ENOSPC"; exit 1');
  for (const tries of [1, 2]) {
    const { code, stdout, stderr } = await checkout.launch().ended;
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /packages that Gatehouse needs could not be installed\. npm said why:\nnpm error code ENOSPC/);
    assert.equal(checkout.npmCalls().length, tries);
  }
  assert.equal(existsSync(join(checkout.folder, 'node_modules/.gatehouse-lock')), false);
});

test('an installation from which npm left a binary out in silence counts as failed', async (t) => {
  const npm = 'echo "npm verbose reify failed optional dependency /x/node_modules/@biomejs/cli"';
  const { code, stderr } = await makeLauncherCheckout(t, program, npm).launch().ended;
  assert.equal(code, 1);
  assert.match(stderr, /not installed: \/x\/node_modules\/@biomejs\/cli/);
});

test('two launchers of one checkout install one after the other, and the second finds it done', async (t) => {
  // One installs until the other has come to wait for it, but not for ever.
  const npm = 'for _ in $(seq 600); do [ -e waited-for ] && break; sleep 0.1; done';
  const checkout = makeLauncherCheckout(t, program, npm);
  const launched = [checkout.launch(), checkout.launch()] as const;
  let told = '';
  for (const running of launched) {
    running.process.stderr?.on('data', (text: string) => {
      told += text;
    });
  }
  await waitUntil(() => told.includes('waiting for another start'), 'one waits for the other');
  checkout.write('waited-for', '');
  const both = await Promise.all([launched[0].ended, launched[1].ended]);
  assert.deepEqual(
    both.map(({ stdout }) => stdout),
    ['ran\n', 'ran\n'],
  );
  assert.equal(checkout.npmCalls().length, 1);
  const left = readdirSync(join(checkout.folder, 'node_modules'));
  assert.deepEqual(left, ['.gatehouse-install']);
});

test('a launcher killed while it installs leaves no npm behind and no lock that stops the next one', {
  skip: cannotTell,
}, async (t) => {
  const checkout = makeLauncherCheckout(
    t,
    program,
    'if [ ! -e again ]; then touch again; echo $$ > npm-new; mv npm-new npm-pid; exec sleep 60; fi',
  );
  const killed = checkout.launch();
  await waitUntil(() => existsSync(join(checkout.folder, 'npm-pid')), 'npm runs');
  killed.process.kill('SIGKILL');
  await killed.ended;
  const npm = Number(readFileSync(join(checkout.folder, 'npm-pid'), 'utf8'));
  await waitUntil(() => !isRunning(npm), 'npm has ended');
  assert.equal((await checkout.launch().ended).stdout, 'ran\n');
});

test('a launcher told to stop while it installs stops npm and runs nothing', async (t) => {
  const checkout = makeLauncherCheckout(t, program, 'touch npm-runs; exec sleep 60');
  const stopped = checkout.launch();
  await waitUntil(() => existsSync(join(checkout.folder, 'npm-runs')), 'npm runs');
  stopped.process.kill('SIGTERM');
  const { code, stdout } = await stopped.ended;
  assert.equal(code, 143);
  assert.equal(stdout, '');
  assert.equal(existsSync(join(checkout.folder, 'node_modules/.gatehouse-lock')), false);
});

test('where npm is missing, the launcher says so and what to do', async (t) => {
  const { code, stderr } = await makeLauncherCheckout(t, program).launch([], { PATH: '/nowhere' }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /npm was not found: install Node\.js 24, which brings it, and start again\.\n$/);
});

test('npm is the one that started the launcher, but no other package manager', () => {
  assert.deepEqual(npmCommand('/n/node', {}), ['npm']);
  assert.deepEqual(npmCommand('/n/node', { npm_execpath: '/x/pnpm.cjs' }), ['npm']);
  assert.deepEqual(npmCommand('/n/node', { npm_execpath: '/x/npm-cli.js' }), ['npm']);
});

test('the reason for a failure of npm is told in a sentence', () => {
  const explain = (output: string, code = 1): string | null => explainNpmFailure({ code, output });
  assert.equal(explain('npm http fetch GET 404 x', 0), null);
  assert.match(explain('npm error code EINTEGRITY') ?? '', /does not have the hash that the lock file/);
  assert.match(explain('attempt 1 failed with ENOTFOUND') ?? '', /could not reach its registry \(ENOTFOUND\): check/);
  assert.match(explain('npm http fetch GET 404 x') ?? '', /registry answered 404/);
  assert.match(explain('npm error it hurts') ?? '', /npm said why:\nnpm error it hurts/);
});

test('a Node.js from 24 on is used as it is; older ones are replaced where a release can be fetched', () => {
  assert.equal(chooseNode('24.0.0', 'win32', 'x64'), 'current');
  assert.equal(chooseNode('26.1.0', 'darwin', 'arm64'), 'current');
  assert.equal(chooseNode('20.20.2', 'linux', 'x64'), 'linux-x64');
  assert.equal(chooseNode('18.0.0', 'linux', 'arm64'), 'linux-arm64');
});

test('elsewhere an older Node.js ends in one sentence', () => {
  for (const [platform, arch] of [
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'riscv64'],
  ] as const) {
    assert.throws(() => chooseNode('22.3.0', platform, arch), {
      message: 'Gatehouse needs Node.js 24, and this machine has 22.3.0: install Node.js 24 or later and start again.',
    });
  }
});

const runtimeLockFile = join(import.meta.dirname, '../../runtime/package-lock.json');
const linuxPlatform = `linux-${process.arch}`;
const name = `node-${linuxPlatform}`;
const runtimeLock = JSON.parse(readFileSync(runtimeLockFile, 'utf8')) as {
  packages: Record<string, { version: string; integrity: string }>;
};
const locked = runtimeLock.packages[`node_modules/${name}`] ?? { version: '', integrity: '' };

/** Asks the launcher for the pinned Node.js, as it does itself where the machine's own is too old. */
function providePinnedNode(checkout: LauncherCheckout, env: NodeJS.ProcessEnv = {}): Running {
  const module = `
    import { providePinnedNode } from './scripts/launch/find-node.mjs';
    const { path } = await providePinnedNode(${JSON.stringify(checkout.folder)}, '${linuxPlatform}');
    console.log(path);
  `;
  return checkout.node(['--input-type=module', '--eval', module], env);
}

/** A Node.js as npm would have left it; only its version can be asked for. */
function installFakeNode(checkout: LauncherCheckout, version: string, integrity: string): string {
  const path = join(checkout.folder, 'runtime/node_modules', name, 'bin/node');
  checkout.write(`runtime/node_modules/${name}/bin/node`, `#!/bin/sh\necho v${version}\n`);
  chmodSync(path, 0o755);
  const record = { packages: { [`node_modules/${name}`]: { version, integrity } } };
  checkout.write('runtime/node_modules/.package-lock.json', JSON.stringify(record));
  return path;
}

function checkoutWithFakeNode(t: TestContext): { checkout: LauncherCheckout; path: string } {
  // The replacement comes back with npm, as a whole download would.
  const checkout = makeLauncherCheckout(t, program, 'rm -rf node_modules; cp -r ../whole node_modules');
  const path = installFakeNode(checkout, locked.version, locked.integrity);
  cpSync(join(checkout.folder, 'runtime/node_modules'), join(checkout.folder, 'whole'), { recursive: true });
  return { checkout, path };
}

test('a pinned Node.js that is there whole is used without asking npm', async (t) => {
  const { checkout, path } = checkoutWithFakeNode(t);
  const { stdout } = await providePinnedNode(checkout).ended;
  assert.equal(stdout, `${path}\n`);
  assert.deepEqual(checkout.npmCalls(), []);
});

test('what an interrupted, older or different download left behind is fetched again', async (t) => {
  const { checkout, path } = checkoutWithFakeNode(t);
  const spoil = [
    () => rmSync(join(checkout.folder, 'runtime/node_modules/.package-lock.json')),
    () => rmSync(path),
    () => checkout.write(`runtime/node_modules/${name}/bin/node`, 'half a binary'),
    () => installFakeNode(checkout, '24.0.0', locked.integrity),
    () => installFakeNode(checkout, locked.version, 'sha512-other'),
  ];
  for (const [index, step] of spoil.entries()) {
    step();
    const { stdout, stderr } = await providePinnedNode(checkout).ended;
    assert.equal(stdout, `${path}\n`, `step ${index}: ${stderr}`);
    assert.equal(checkout.npmCalls().length, index + 1);
    assert.match(checkout.npmCalls()[index] ?? '', /runtime ci --/);
  }
});

test('a download that does not run on this machine is not used', async (t) => {
  const { code, stderr } = await providePinnedNode(makeLauncherCheckout(t, program)).ended;
  assert.equal(code, 1);
  assert.match(stderr, /does not run on this machine: install Node\.js 24/);
});

// The lock names Linux releases only, and npm skips packages of other platforms before it compares hashes.
const notLinux = process.platform !== 'linux' && 'the lock file holds releases for Linux only';

test('a Node.js without the hash of runtime/package-lock.json is refused by the real npm', {
  skip: notLinux,
}, async (t) => {
  const checkout = makeLauncherCheckout(t, program);
  const lock = readFileSync(runtimeLockFile, 'utf8');
  const other = locked.integrity.replace(/^sha512-./, (start) => (start.endsWith('A') ? 'sha512-B' : 'sha512-A'));
  checkout.write('runtime/package-lock.json', lock.replace(locked.integrity, other));
  const { PATH, npm_execpath } = process.env;
  const cache = join(checkout.folder, 'npm-cache');
  const { code, stderr } = await providePinnedNode(checkout, { PATH, npm_execpath, npm_config_cache: cache }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /The download was refused: it does not have the hash that the lock file/);
  assert.equal(existsSync(join(checkout.folder, 'runtime/node_modules', name)), false);
});

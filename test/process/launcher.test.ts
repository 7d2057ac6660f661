// How the launcher (scripts/launch.mjs) stands between a supervisor and the program: arguments, exit codes, signals.

import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import test from 'node:test';
import { cannotTell, isRunning, makeLauncherCheckout, type Running, waitUntil } from './launcher-checkout.ts';

const drainsOnSignal = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.log('got ' + signal);
      setTimeout(() => process.exit(7), 50);
    });
  }
  setInterval(() => {}, 1000);
  console.log('pid ' + process.pid);
`;

async function programPid(running: Running): Promise<number> {
  return Number((await running.printed(/pid (\d+)\n/))[1]);
}

test('the exit code of the program is the exit code of the launcher', async (t) => {
  const checkout = makeLauncherCheckout(t, 'process.exit(Number(process.argv[2]));');
  assert.equal((await checkout.launch(['0']).ended).code, 0);
  assert.equal((await checkout.launch(['42']).ended).code, 42);
});

test('the program gets its arguments as they are, and its own Node.js first in PATH', async (t) => {
  const program = 'console.log(JSON.stringify([process.argv.slice(2), process.env.PATH, process.cwd()]));';
  const checkout = makeLauncherCheckout(t, program);
  const { stdout } = await checkout.launch(['a', 'b c', '--d=e', '']).ended;
  const [args, path, cwd] = JSON.parse(stdout) as [string[], string, string];
  assert.deepEqual(args, ['a', 'b c', '--d=e', '']);
  assert.ok(path.startsWith(`${dirname(process.execPath)}:`));
  assert.equal(cwd, checkout.folder);
});

test('what the program prints to either stream is all that the launcher prints', async (t) => {
  const checkout = makeLauncherCheckout(t, "console.log('out'); console.error('err');");
  await checkout.launch().ended;
  const second = await checkout.launch().ended;
  assert.deepEqual([second.stdout, second.stderr], ['out\n', 'err\n']);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} reaches the program, which ends in its own way, and nothing is left running`, async (t) => {
    const running = makeLauncherCheckout(t, drainsOnSignal).launch();
    const pid = await programPid(running);
    running.process.kill(signal);
    const { code, stdout } = await running.ended;
    assert.equal(code, 7);
    assert.match(stdout, new RegExp(`got ${signal}`));
    assert.equal(isRunning(pid), false);
  });
}

test('a program ended by a signal is reported as a shell would', async (t) => {
  const checkout = makeLauncherCheckout(t, "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);");
  assert.equal((await checkout.launch().ended).code, 137);
});

test('a launcher that is killed takes the program with it', { skip: cannotTell }, async (t) => {
  const running = makeLauncherCheckout(t, drainsOnSignal).launch();
  const pid = await programPid(running);
  running.process.kill('SIGKILL');
  await waitUntil(() => !isRunning(pid), 'the program has ended');
  assert.match((await running.ended).stdout, /got SIGTERM/);
});

test('a launcher without a program says how it is used', async (t) => {
  const { code, stderr } = await makeLauncherCheckout(t, '').node(['scripts/launch.mjs']).ended;
  assert.equal(code, 1);
  assert.match(stderr, /^Usage: node scripts\/launch\.mjs FILE/);
});

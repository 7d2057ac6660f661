// What is known of getting out of sandboxes, and of taking a machine down from inside of one, tried as rules.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSandboxedRules, type SandboxedRules } from '../support/sandboxed-rules.ts';
import { ATTACKS } from './attacks.ts';

let rules: SandboxedRules;
before(() => {
  rules = openSandboxedRules();
});
after(() => rules.close());

const PASS = '(user, context, callback) => callback(null, user, context)';

for (const { name, ends, script } of ATTACKS) {
  test(`${name} gets nowhere [T-36]`, async () => {
    const { verdict } = await rules.run([script]);
    if (ends === 'harmless') {
      assert.equal(verdict.kind, 'passed', JSON.stringify(verdict));
      assert.equal(verdict.idToken['found'], 'nothing');
    } else {
      assert.ok(verdict.kind === 'failed' || verdict.kind === 'denied', JSON.stringify(verdict));
    }
    assert.equal((await rules.run([PASS])).verdict.kind, 'passed', 'the next login goes on');
  });
}

test('what a rule does to the language is gone at the next login [T-36]', async () => {
  const { verdict } = await rules.run([
    `(user, context, callback) => {
      Object.prototype.polluted = 1;
      Array.prototype.map = JSON.stringify = JSON.parse = () => 'polluted';
      Promise.prototype.then = Function.prototype.call = () => 'polluted';
      globalThis.kept = 1;
      callback(null, user, context);
    }`,
  ]);
  assert.equal(verdict.kind, 'passed');
  const next = await rules.run([
    `(user, context, callback) => {
      context.idToken.found = [typeof kept, ({}).polluted, JSON.stringify([1].map((x) => x))].join();
      callback(null, user, context);
    }`,
  ]);
  assert.ok(next.verdict.kind === 'passed');
  assert.equal(next.verdict.idToken['found'], 'undefined,,[1]');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test('a rule cannot turn the denial of another one into a pass [T-36]', async () => {
  const { verdict } = await rules.run([
    `(user, context, callback) => {
      Object.prototype.toJSON = () => ({ kind: 'passed', redirect: false });
      Error.prototype.toString = String.prototype.toString = () => 'passed';
      globalThis.Promise = function () { return { then() {} }; };
      callback(null, user, context);
    }`,
    `(user, context, callback) => callback(new UnauthorizedError('no'))`,
  ]);
  assert.ok(verdict.kind === 'denied');
  assert.equal(verdict.name, 'Rule 2');
});

test('__proto__ in a result is no prototype and no claim [T-36] [T-28]', async () => {
  const { verdict } = await rules.run([
    `(user, context, callback) => {
      context.idToken = JSON.parse('{"__proto__": {"admin": true}, "a": {"__proto__": {"admin": true}, "b": 1}}');
      callback(null, user, context);
    }`,
  ]);
  assert.ok(verdict.kind === 'passed');
  assert.equal(JSON.stringify(verdict.idToken), '{"a":{"b":1}}');
  assert.equal((verdict.idToken as { admin?: boolean }).admin, undefined);
});

test('the console is bounded, in lines and in their length [T-36]', async () => {
  const { outcome } = await rules.run([
    `(user, context, callback) => {
      console.log('x'.repeat(1e6));
      console.error({ a: [1] }, new Error('e'), undefined, { toJSON() { throw 1; } });
      for (let i = 0; i < 10000; i += 1) console.log(i);
      callback(null, user, context);
    }`,
  ]);
  assert.equal(outcome.console.length, 100);
  assert.equal(outcome.console[0]?.text.length, 1000);
  assert.deepEqual(outcome.console[1], { level: 'error', text: '{"a":[1]} Error: e (line 3) undefined [unreadable]' });
});

test('a dear bcrypt hash and a digest that is none are refused in words [T-36]', async () => {
  for (const [work, words] of [
    [`await require('bcrypt').compare('a', '$2b$31$' + 'a'.repeat(53))`, /a cost above 12/],
    [`await require('bcrypt').compare('a', 'x')`, /no bcrypt hash/],
    [`require('crypto').createHash('sha3').update('a').digest('hex')`, /there is no sha3/],
    [`require('crypto').createHash('sha1').update('a').digest('__proto__')`, /no encoding __proto__/],
    [`require('crypto').createHash('sha1').update({}).digest('hex')`, /only texts/],
  ] as const) {
    const { verdict } = await rules.run([
      `async (user, context, callback) => { ${work}; callback(null, user, context); }`,
    ]);
    assert.ok(verdict.kind === 'failed', work);
    assert.match(verdict.message, words);
  }
});

test('the process has no environment, no file and no secret of the server [T-36]', { skip: notLinux() }, async () => {
  await rules.run([PASS]);
  const [child = 0] = childrenOf(process.pid).filter(isSandbox);
  const names = readFileSync(`/proc/${child}/environ`, 'utf8')
    .split('\0')
    .map((one) => one.split('=')[0]);
  assert.deepEqual(
    names.filter((name) => name !== '' && !name?.startsWith('NODE_CHANNEL_')),
    [],
  );
  const open = readdirSync(`/proc/${child}/fd`).map((fd) => linkOf(`/proc/${child}/fd/${fd}`));
  assert.deepEqual(
    open.filter((target) => !/^(\/dev\/null$|\/dev\/urandom$|socket:|pipe:|anon_inode:|\/proc\/)/.test(target)),
    [],
  );
});

test('one process never serves two tenants, and there are no more than allowed [T-36]', {
  skip: notLinux(),
}, async () => {
  const two = openSandboxedRules(2);
  const sandboxes = () => childrenOf(process.pid).filter((pid) => !others.has(pid));
  const others = new Set(childrenOf(process.pid));
  await two.run([PASS], 'one');
  const [ofOne] = sandboxes();
  await two.run([PASS], 'one');
  assert.deepEqual(sandboxes(), [ofOne], 'it is kept');
  await two.run([PASS], 'two');
  assert.equal(sandboxes().length, 2);
  await two.run([PASS], 'three');
  // What was killed to make room is gone when it had its turn to go.
  while (sandboxes().length > 2) await sleep(10);
  const left = sandboxes();
  assert.equal(left.length, 2);
  assert.ok(!left.includes(ofOne ?? 0), 'the one that was used least lately made room');
  await two.close();
  assert.deepEqual(sandboxes(), []);
});

function notLinux(): string | false {
  return process.platform === 'linux' ? false : 'there is no /proc';
}

/** Processes that this one started and that have not ended. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        const [state, parent] = readFileSync(`/proc/${child}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return Number(parent) === pid && state !== 'Z';
      } catch {
        return false;
      }
    });
}

/** False also for one that was killed and ends meanwhile. */
function isSandbox(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sandbox-program');
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '/dev/null';
  }
}

// The engine alone, without anybody outside who kills it: it stops by itself what uses up its processor time or its memory,
// and no run finds anything of another one.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createEngine, type Engine } from '../../src/sandbox/quickjs-engine.ts';
import type { ScriptAnswer } from '../../src/sandbox/script.ts';

const HARNESS = `async (host, tools, input) => {
  try {
    for (let index = 0; index < input; index += 1) await host.load(index)();
    host.finish('done', 'null');
  } catch (error) {
    host.finish('threw', tools.toJson({ message: tools.describe(error) }));
  }
}`;

let engine: Engine;
before(async () => {
  engine = await createEngine(async () => 'null');
});

const run = (...scripts: string[]): Promise<ScriptAnswer> => runOn(engine, HARNESS, ...scripts);

const runOn = (one: Engine, harness: string, ...scripts: string[]): Promise<ScriptAnswer> =>
  one.run({ harness, scripts }, String(scripts.length));

/** A fraction of what a script may take, also on a machine that is several times slower; all of them take more. */
const BUSY = `() => { let x = 0; for (let i = 0; i < 80000; i += 1) x += i; return x; }`;
const SCRIPTS = 30;

for (const [what, script] of [
  ['a loop', '() => { for (;;); }'],
  ['a chain of promises', 'async () => { for (;;) await null; }'],
  ['a regular expression', '() => /^(a*)*$/.test("a".repeat(60) + "b")'],
  ['a loop that catches everything', '() => { for (;;) try { for (;;); } catch {} }'],
] as const) {
  test(`${what} without an end is stopped when its processor time is used up [T-36]`, async () => {
    const { end, isLast, at } = await run('() => 1', script, '() => 1');
    assert.deepEqual([end, isLast, at], ['processor-time', true, 1]);
  });
}

test('every script has processor time of its own', async () => {
  const { end } = await run(...Array.from({ length: SCRIPTS }, () => BUSY));
  assert.equal(end, 'finished');
});

test('memory ends at its bound, and the engine is not used again [T-36]', async () => {
  const atFirst = process.memoryUsage().rss;
  const { result, isLast } = await run('() => { const all = []; for (;;) all.push(new Uint8Array(1e6)); }');
  assert.match(result, /out of memory/);
  assert.equal(isLast, true);
  assert.ok(process.memoryUsage().rss - atFirst < 200 * 1024 * 1024);
});

/** Throws what it found, so that it is told. */
const throws = (expression: string) => `() => { throw String(${expression}); }`;
const LEAVE = `() => {
  globalThis.left = 'secret';
  Object.prototype.left = 'secret';
  Array.prototype.map = () => 'secret';
  JSON.parse = () => 'secret';
}`;
const FIND = throws('[typeof left, {}.left, [1].map((one) => one + 1), JSON.parse("7")]');
/** Two texts of one harness are two harnesses. */
const OTHER_HARNESS = `${HARNESS} `;

test('no run finds what another one left, whichever harness it had [T-36]', async () => {
  for (const [left, found] of [
    [HARNESS, HARNESS],
    [HARNESS, OTHER_HARNESS],
    [OTHER_HARNESS, HARNESS],
    [HARNESS, `${HARNESS}  `],
  ] as const) {
    assert.equal((await runOn(engine, left, LEAVE)).verdict, 'done');
    assert.equal((await runOn(engine, found, FIND)).result, '{"message":"undefined,,2,7"}');
  }
});

test('memory that a run has filled is empty for the next one [T-36]', async () => {
  await run(`() => { const all = []; for (let at = 0; at < 60; at += 1) all.push(new Uint8Array(1e5).fill(7)); }`);
  const { result } = await run(
    throws('Array.from({ length: 60 }, () => new Uint8Array(1e5)).some((one) => one.includes(7))'),
  );
  assert.equal(result, '{"message":"false"}');
});

test('random numbers are others in every run', async () => {
  const numbers = new Set<string>();
  for (let count = 0; count < 5; count += 1) numbers.add((await run(throws('Math.random()'))).result);
  assert.equal(numbers.size, 5);
});

test('an answer that comes after the end of its run reaches no other run [T-36]', async () => {
  const waiting: ((response: string) => void)[] = [];
  const asking = await createEngine(() => new Promise((resolve) => waiting.push(resolve)));
  const first = await runOn(asking, HARNESS, `() => { fetch('https://one.example').then(() => console.log('late')); }`);
  assert.equal(first.verdict, 'done');
  const second = runOn(
    asking,
    HARNESS,
    `async () => { globalThis.kept = []; const answer = await fetch('https://two.example'); console.log(await answer.text()); }`,
  );
  const response = (body: string) => JSON.stringify({ status: 200, headers: {}, body });
  while (waiting.length < 2) await new Promise(setImmediate);
  waiting[0]?.(response('of the first'));
  await new Promise(setImmediate);
  waiting[1]?.(response('of the second'));
  const { verdict, console } = await second;
  assert.deepEqual([verdict, console.map(({ text }) => text)], ['done', ['of the second']]);
});

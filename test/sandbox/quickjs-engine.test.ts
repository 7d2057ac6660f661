// The engine alone, without anybody outside who kills it: it stops by itself what uses up its processor time or its memory.
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

async function run(...scripts: string[]): Promise<ScriptAnswer> {
  const answer = await engine.run({ harness: HARNESS, scripts }, String(scripts.length));
  await engine.prepare();
  return answer;
}

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

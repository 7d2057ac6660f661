// The program of a sandbox: a process of its own, which runs one order after the other for one tenant and is killed by
// sandbox-processes.ts when it takes too long. It is started without environment, without files to read but its own code, and
// without any descriptor but the channel to its parent.
import { createEngine } from './quickjs-engine.ts';
import type { ScriptAnswer, ScriptOrder } from './script.ts';

const BROKEN: ScriptAnswer = { end: 'broken', at: 0, verdict: '', result: 'null', console: [], isLast: true };

// The server says when it is over: a signal to the whole process group must not end a run that somebody waits for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

const engine = await createEngine();
let clearing = Promise.resolve();

async function answer(order: ScriptOrder): Promise<void> {
  await clearing;
  const answered = await engine.run(order).catch(() => BROKEN);
  process.send?.(answered);
  // A broken engine is of no use: the process ends, and the parent starts another one.
  if (!answered.isLast) clearing = engine.prepare().catch(() => process.exit(1));
}

process.on('message', (order: ScriptOrder) => void answer(order));
process.send?.('ready');

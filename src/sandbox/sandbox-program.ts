// The program of a sandbox: a process of its own, which runs one order after the other for one tenant and is killed by
// sandbox-processes.ts when it takes too long. It is started without environment, without files to read but its own code, and
// without any descriptor but the channel to its parent.
import { createEngine } from './quickjs-engine.ts';
import type { ScriptAnswer, ScriptCode, SentOrder } from './script.ts';

const BROKEN: ScriptAnswer = { end: 'broken', at: 0, verdict: '', result: 'null', console: [], isLast: true };

// The server says when it is over: a signal to the whole process group must not end a run that somebody waits for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

const engine = await createEngine();
const codes: ScriptCode[] = [];
let preparing = Promise.resolve();

async function answer({ slot, code, input }: SentOrder): Promise<void> {
  await preparing;
  const known = code ?? codes[slot];
  if (known) codes[slot] = known;
  const answered = known ? await engine.run(known, input).catch(() => BROKEN) : BROKEN;
  process.send?.(answered);
  // A broken engine is of no use: the process ends, and the parent starts another one.
  if (!answered.isLast) preparing = engine.prepare().catch(() => process.exit(1));
}

process.on('message', (order: SentOrder) => void answer(order));
process.send?.('ready');

// The program of a sandbox: a process of its own, which runs one order after the other for one tenant and is killed by
// sandbox-processes.ts when it takes too long. It is started without environment, without files to read but its own code, and
// without any descriptor but the channel to its parent.

import type { AskedRequest, SentResponse } from './guest-fetch.ts';
import { createEngine } from './quickjs-engine.ts';
import type { ScriptAnswer, ScriptCode, SentOrder } from './script.ts';

const OVER = JSON.stringify({ error: 'the run is over' });
const BROKEN: ScriptAnswer = { end: 'broken', at: 0, verdict: '', result: 'null', console: [], isLast: true };

// The server says when it is over: a signal to the whole process group must not end a run that somebody waits for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

/** Requests of the run that is going on, by their number. */
const asked = new Map<number, (response: string) => void>();
let lastAsked = 0;

function fetch(request: string): Promise<string> {
  lastAsked += 1;
  const message: AskedRequest = { fetch: lastAsked, request };
  return new Promise((resolve) => {
    asked.set(message.fetch, resolve);
    process.send?.(message);
  });
}

/** Nobody waits for the answers any more, and they are for no other run. */
function forgetAsked(): void {
  for (const resolve of asked.values()) resolve(OVER);
  asked.clear();
}

function takeResponse({ fetched, response }: SentResponse): void {
  asked.get(fetched)?.(response);
  asked.delete(fetched);
}

const engine = await createEngine(fetch);
const codes: ScriptCode[] = [];

async function answer({ slot, code, input }: SentOrder): Promise<void> {
  const known = code ?? codes[slot];
  if (known) codes[slot] = known;
  // The parent ends the process of an engine that broke.
  const answered = known ? await engine.run(known, input).catch(() => BROKEN) : BROKEN;
  forgetAsked();
  process.send?.(answered);
}

process.on('message', (message: SentOrder | SentResponse) => {
  if ('fetched' in message) takeResponse(message);
  else void answer(message);
});
process.send?.('ready');

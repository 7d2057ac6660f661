// One request of the benchmark's own, outside any load.
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { LoadRequest } from './load-generator.ts';

const ASK_AGAIN_MS = 20;
const GIVE_UP_MS = 60_000;

/** An answer and how long it took. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Milliseconds from the first byte sent to the last one received. */
  readonly ms: number;
}

/** Sends it on a connection of its own; rejects when that breaks. */
export function send(port: number, { method, path, headers, body }: LoadRequest): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers, ...length }, agent: false },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        incoming.once('error', reject);
        incoming.once('end', () => {
          resolve({ status: incoming.statusCode ?? 0, text, ms: performance.now() - startedAt });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Sends it and throws unless the answer is 200. */
export async function sendExpecting200(port: number, message: LoadRequest): Promise<Answer> {
  const answer = await send(port, message);
  if (answer.status !== 200) throw new Error(`${message.path} answered ${answer.status}: ${answer.text}`);
  return answer;
}

/**
 * Sends it until it is no longer refused for want of room; milliseconds from the first time until the answer 200. Throws for
 * any other answer, and after a minute of refusals.
 */
export async function sendUntilAccepted(port: number, message: LoadRequest): Promise<number> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  for (;;) {
    const { status, text } = await send(port, message);
    if (status === 200) return since();
    if (status !== 503 || since() > GIVE_UP_MS) throw new Error(`${message.path} answered ${status}: ${text}`);
    await setTimeout(ASK_AGAIN_MS);
  }
}

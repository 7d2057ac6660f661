// The simplest server that refuses what it cannot hash: `node:http`, the line in front of the hashes, one check of a password
// and one signature for each login, and nothing else; no tenants, no guard, no database, no log. What is lost of its capacity
// under overload is taken by the runtime and by the load generator on the same processors.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { lowerPoolPriority } from '../../src/cli/pool-priority.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { FairLine, TurnedAway } from '../../src/lib/fair-line.ts';
import { createLimitWork } from '../bench/limit-work.ts';

/** Refusals are answered together, as the server does. */
const ANSWER_EVERY_MS = 25;

const { hashing } = await loadConfiguration({ file: null, environment: {}, flags: {} });
const line = new FairLine({ slots: hashing.slots, budgetMs: hashing.waitBudgetMs, clock: systemClock });
const work = await createLimitWork();
let refusing: Promise<void> | null = null;

async function untilOthersAreRefused(): Promise<void> {
  refusing ??= sleep(ANSWER_EVERY_MS).finally(() => {
    refusing = null;
  });
  await refusing;
}

function send(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  const written = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': written.length, ...headers })
    .end(written);
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      heard += text;
    });
    request.once('end', () => resolve(heard));
  });
}

async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { client_id: group } = JSON.parse(await textOf(request)) as { client_id: string };
  try {
    const place = line.enter({ group, member: String(request.headers['x-forwarded-for']) });
    const signature = await place.run(work.login);
    send(response, 200, { access_token: `${'x'.repeat(560)}.${signature.toString('base64url')}` });
  } catch (error) {
    if (!(error instanceof TurnedAway)) throw error;
    await untilOthersAreRefused();
    const refusal = { error: 'temporarily_unavailable', error_description: 'Too much to do' };
    send(response, 503, refusal, { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) });
  }
}

const server = createServer((request, response) => {
  if (request.method === 'POST') void logIn(request, response);
  else send(response, 200, {});
});
server.keepAliveTimeout = 60_000;
await lowerPoolPriority();
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, msg: 'listening' })}\n`);
});
process.once('SIGTERM', () => process.exit(0));

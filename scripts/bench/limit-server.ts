// The limit that shares are taken of: a bare `node:http` server that does the unavoidable work for each request, and stores
// nothing.
//   POST /login, /RS256, /ES256   the work of that name, then an answer about as long as a token
//   GET /N                        an answer of N bytes
// Its parent's messages: `listen` answers the port, and { name, inFlight, ms } how often a second the work of that name is
// done in a plain loop without HTTP.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLimitWork, type LimitWork } from './limit-work.ts';
import { rateOfLoop } from './plain-loop.ts';

interface LoopJob {
  readonly name: keyof LimitWork;
  readonly inFlight: number;
  readonly ms: number;
}

/** What stands before the signature of a token. */
const TOKEN_START = `${'x'.repeat(560)}.`;
const JSON_TYPE = { 'content-type': 'application/json' };

const work = await createLimitWork();
const bodies = new Map<string, Buffer>();

const server = createServer((request, response) => {
  const { method, url = '' } = request;
  if (method === 'GET') {
    const body = bodies.get(url) ?? Buffer.from('x'.repeat(Number(url.slice(1))));
    bodies.set(url, body);
    response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length }).end(body);
    return;
  }
  request.resume();
  request.once('end', () => void answerPost(url.slice(1) as keyof LimitWork, response));
});

async function answerPost(name: keyof LimitWork, response: ServerResponse): Promise<void> {
  const signature = await work[name]();
  const body = JSON.stringify({ access_token: `${TOKEN_START}${signature.toString('base64url')}` });
  response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length }).end(body);
}

async function answer(message: 'listen' | LoopJob): Promise<object> {
  if (message !== 'listen') return { rate: await rateOfLoop(work[message.name], message.inFlight, message.ms) };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port };
}

process.on('message', (message: 'listen' | LoopJob) => void answer(message).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit(0));

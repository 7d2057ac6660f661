// Port numbers for programs that cannot choose one themselves.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that a system hands out by itself: while nobody listens, before a program starts or between two starts of
 * it, no connection and no server of another test on this machine is given the port.
 */
const LOWEST = 20_000;
const ABOVE_HIGHEST = 30_000;

/** What was tried by this process: a port is given once, so those of several calls differ whatever becomes of them. */
const tried = new Set<number>();

/** Two different ports of loopback on which nobody listens. */
export async function findTwoFreePorts(): Promise<[number, number]> {
  return Promise.all([findFreePort(), findFreePort()]);
}

async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, ABOVE_HIGHEST);
    if (tried.has(port)) continue;
    tried.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

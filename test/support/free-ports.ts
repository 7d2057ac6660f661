// Port numbers for programs that cannot choose one themselves.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to connections, any of which may be taken again as soon as it is free. */
const LOWEST = 20_000;
const PORTS = 10_000;
/** So far from each other begin two processes of which one was started after the other. */
const STEP = 8;
let next = (process.pid * STEP) % PORTS;

/** Two different ports of loopback on which nobody listens. This process is given neither again. */
export async function findTwoFreePorts(): Promise<[number, number]> {
  return [await findFreePort(), await findFreePort()];
}

async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = LOWEST + next;
    next = (next + 1) % PORTS;
    if (await isFree(port)) return port;
  }
  throw new Error(`none of the ports from ${LOWEST} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

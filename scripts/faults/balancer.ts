// A small balancer in front of the nodes, as operators have one: it asks /readyz who may be sent work, and hands a request on
// once. Only one that was never sent, because the connection was refused, goes to another node.

import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Node {
  readonly port: number;
  isReady: boolean;
}

export interface Balancer {
  readonly port: number;
  /** From now on these nodes, which are asked whether they are ready at once. */
  use(ports: readonly number[]): Promise<void>;
  /** Requests that could be handed to nobody, or were lost on the way. */
  readonly failures: readonly string[];
  close(): void;
}

const ASK_EVERY_MS = 100;

/** Starts it without nodes. */
export async function startBalancer(): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  let nodes: readonly Node[] = [];
  let next = 0;

  async function ask(node: Node): Promise<void> {
    try {
      node.isReady = (await fetch(`http://127.0.0.1:${node.port}/readyz`)).status === 200;
    } catch {
      node.isReady = false;
    }
  }
  const asking = setInterval(() => void Promise.all(nodes.map(ask)), ASK_EVERY_MS);

  function hand(request: IncomingMessage, body: Buffer, response: ServerResponse, tried: readonly Node[]): void {
    const willing = nodes.filter((node) => node.isReady && !tried.includes(node));
    next += 1;
    const node = willing[next % willing.length];
    if (!node) {
      fail(response, 'no node is ready');
      return;
    }
    const { method, url, headers } = request;
    const outgoing = sendRequest(
      { host: '127.0.0.1', port: node.port, agent, method, path: url, headers },
      (incoming) => {
        const { statusCode = 502, headers: answered } = incoming;
        const { connection: _connection, 'keep-alive': _keepAlive, ...kept } = answered;
        response.writeHead(statusCode, kept);
        incoming.pipe(response);
        incoming.once('error', (error) => failures.push(`answer lost: ${error.message}`));
      },
    );
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') hand(request, body, response, [...tried, node]);
      else fail(response, `sent and lost: ${error.code ?? error.message}`);
    });
    outgoing.end(body);
  }

  function fail(response: ServerResponse, reason: string): void {
    failures.push(reason);
    response.writeHead(502).end();
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('end', () => hand(request, Buffer.concat(parts), response, []));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    failures,
    async use(ports) {
      nodes = ports.map((port) => nodes.find((known) => known.port === port) ?? { port, isReady: false });
      await Promise.all(nodes.map(ask));
    },
    close() {
      clearInterval(asking);
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

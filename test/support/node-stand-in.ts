// Stands where a node does behind a proxy, reads requests with the parser that nodes have, and tells what it was sent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NodeStandIn {
  readonly port: number;
  /** The addresses that were asked for since the last call, without those of /readyz. */
  takeAsked(): readonly string[];
  /** With true it hangs up on everything but /readyz as soon as the request is there whole. */
  hangUp(doesSo: boolean): void;
  close(): Promise<void>;
}

/** Starts it; it answers 200. */
export async function startNodeStandIn(): Promise<NodeStandIn> {
  let asked: string[] = [];
  let hangsUp = false;
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url === '/readyz') {
      response.end('{}');
      return;
    }
    asked.push(url);
    request.resume().once('end', () => {
      if (hangsUp) request.socket.destroy();
      else response.end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    takeAsked() {
      const taken = asked;
      asked = [];
      return taken;
    },
    hangUp(doesSo) {
      hangsUp = doesSo;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

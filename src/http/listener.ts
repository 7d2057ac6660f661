// Opens the ports of one server, plain or with TLS, and closes them without losing a request that is under way.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerOptions,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../lib/clock.ts';

interface Port {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** An open port. */
export interface Listener {
  /** The port that was opened. */
  readonly port: number;
  /** Accepts no more connections; resolves when the requests under way are answered, or after the grace period. */
  close(graceMs: number): Promise<void>;
}

// Slow clients are cut off: Node's own limits are minutes.
const LIMITS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 5000,
};

/** Opens the port; rejects with the system's error when it is taken. */
export async function listen({ host, port, tls }: Port, handle: RequestListener, clock: Clock): Promise<Listener> {
  const server: HttpServer = tls
    ? createHttpsServer({ ...LIMITS, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, handle)
    : createHttpServer(LIMITS, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const grace = new AbortController();
      await Promise.race([closed, clock.sleep(graceMs, grace.signal)]);
      grace.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}

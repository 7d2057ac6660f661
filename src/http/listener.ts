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

/** Certificate with its chain, and key: PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Port {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Null for plain HTTP. */
  readonly tls: Certificate | null;
}

/** An open port. */
export interface Listener {
  /** The port that was opened. */
  readonly port: number;
  /** Shows this certificate on every connection from now on; nothing for plain HTTP. */
  renewCertificate(certificate: Certificate): void;
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
  const secured = tls ? createHttpsServer({ ...LIMITS, ...secureContext(tls) }, handle) : null;
  const server: HttpServer = secured ?? createHttpServer(LIMITS, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    renewCertificate: (certificate) => secured?.setSecureContext(secureContext(certificate)),
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

function secureContext({ cert, key }: Certificate) {
  return { cert, key, minVersion: 'TLSv1.2' as const };
}

// Opens the ports of one server, plain or with TLS, and closes them without losing a request that is under way. Clients
// that are slow to ask, to send or to take an answer are cut off.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerOptions,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import type { ConnectionCap } from './connection-cap.ts';

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

// Node's own limits are minutes, or none.
const HANDSHAKE_MS = 10_000;
const LIMITS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
};
/** A connection on which nothing moves: its client does not take the answer. */
const SILENCE_MS = 30_000;

/** Opens the port, whose connections count towards the cap; rejects with the system's error when it is taken. */
export async function listen(
  { host, port, tls }: Port,
  handle: RequestListener,
  clock: Clock,
  cap: ConnectionCap,
): Promise<Listener> {
  const secured = tls
    ? createHttpsServer({ ...LIMITS, handshakeTimeout: HANDSHAKE_MS, ...secureContext(tls) }, handle)
    : null;
  const server: HttpServer = secured ?? createHttpServer(LIMITS, handle);
  server.setTimeout(SILENCE_MS);
  cap.guard(server);
  // Node itself does not know a connection before its handshake is over.
  const beneathTls = new Set<Duplex>();
  secured?.on('connection', (socket) => {
    beneathTls.add(socket);
    socket.once('close', () => beneathTls.delete(socket));
  });
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
      for (const socket of beneathTls) socket.destroy();
      await closed;
    },
  };
}

function secureContext({ cert, key }: Certificate) {
  return { cert, key, minVersion: 'TLSv1.2' as const };
}

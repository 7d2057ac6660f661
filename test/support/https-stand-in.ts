// An HTTPS server on this machine that plays a directory of somebody else's, with a certificate of its own authority. Each
// stand-in says how it answers; a test may put another answer in front of that.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { trustAuthority } from './trust.ts';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: URLSearchParams;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

export interface HttpsStandIn {
  readonly port: number;
  /** `https://localhost:PORT`. */
  readonly origin: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** Every request, oldest first. */
  readonly seen: SeenRequest[];
  /** Connections that were opened in all. */
  connections: number;
  /** What answers in the place of the stand-in itself; null for itself. */
  instead: Answer | null;
  /** How it answers itself. */
  readonly itself: Answer;
  close(): Promise<void>;
}

/** Starts it; this process trusts its certificate from then on. */
export async function startHttpsStandIn(answer: Answer): Promise<HttpsStandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-stand-in-'));
  const { cert, key, authorityPath } = await openDevCertificate(folder, Date.now());
  trustAuthority(authorityPath);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    // Whoever broke off, such as a client that waits no longer, is no fault of this server.
    if (body === null) return;
    const { pathname, searchParams } = new URL(request.url ?? '/', standIn.origin);
    const one: SeenRequest = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body,
      form: new URLSearchParams(body),
    };
    standIn.seen.push(one);
    await (standIn.instead ?? answer)(one, response);
  }
  const server = createServer({ cert, key }, (request, response) => void serve(request, response));
  server.on('connection', () => {
    standIn.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: HttpsStandIn = {
    port,
    origin: `https://localhost:${port}`,
    ca: readFileSync(authorityPath, 'utf8'),
    seen: [],
    connections: 0,
    instead: null,
    itself: answer,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return standIn;
}

/** All of it; null when the other side broke off before. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

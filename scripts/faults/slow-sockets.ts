// Clients that hold connections without using them, of every kind: silent, slow to ask, slow to send, idle, slow to listen.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getRequest, login, tokenRequest } from './requests.ts';
import { PASSWORD } from './tenant.ts';

/** One connection of a slow client. */
export interface SlowSocket {
  readonly kind: string;
  /** Seconds until the server had closed it; null when it is still open. */
  lived(): number | null;
}

export interface SlowSockets {
  readonly all: readonly SlowSocket[];
  /** Resolves when the server has closed all of them, or after this time. */
  closed(withinMs: number): Promise<void>;
  /** Ends those that are still open. */
  end(): void;
}

const DRIP_MS = 2000;
/** More than the system takes off the server's hands when nobody listens. */
const PIPELINED = 6000;

interface Kind {
  readonly name: string;
  /** Sent at once. */
  readonly opening: string;
  /** Sent one byte at a time from then on; empty for nothing. */
  readonly drip: string;
  readonly listens: boolean;
}

const LOGIN = tokenRequest(login('slow@example.com', PASSWORD));
const HEAD_LENGTH = LOGIN.indexOf('\r\n\r\n') + 4;
const KINDS: readonly Kind[] = [
  { name: 'silent', opening: '', drip: '', listens: true },
  { name: 'slow header', opening: LOGIN.slice(0, 20), drip: LOGIN.slice(20), listens: true },
  { name: 'slow body', opening: LOGIN.slice(0, HEAD_LENGTH), drip: LOGIN.slice(HEAD_LENGTH), listens: true },
  { name: 'idle after an answer', opening: getRequest('/healthz'), drip: '', listens: true },
];
const SLOW_READER: Kind = {
  name: 'slow reader',
  opening: getRequest('/.well-known/jwks.json').repeat(PIPELINED),
  drip: getRequest('/healthz'),
  listens: false,
};

/** Opens the connections, the kinds in equal parts, and a few that pipeline requests and take no answer. */
export async function openSlowSockets(port: number, count: number, slowReaders: number): Promise<SlowSockets> {
  const kinds = [
    ...Array.from({ length: count - slowReaders }, (_, index) => KINDS[index % KINDS.length] ?? SLOW_READER),
    ...Array.from({ length: slowReaders }, () => SLOW_READER),
  ];
  const opened = await Promise.all(kinds.map((kind) => open(port, kind)));
  return {
    all: opened,
    async closed(withinMs) {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), withinMs);
      await Promise.all(opened.map(({ socket }) => closeOf(socket, patience.signal)));
      clearTimeout(timer);
    },
    end: () => {
      for (const { socket } of opened) socket.destroy();
    },
  };
}

async function open(port: number, kind: Kind): Promise<SlowSocket & { readonly socket: Socket }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  const openedAt = performance.now();
  let closedAt: number | null = null;
  // The server closes while it is being written to.
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (kind.listens) socket.resume();
  socket.write(kind.opening, 'latin1');
  let at = 0;
  const timer = setInterval(() => {
    // Also tells that the server is gone, where nobody listens.
    if (kind.drip !== '') socket.write(kind.drip[at++ % kind.drip.length] ?? '', 'latin1');
  }, DRIP_MS);
  socket.once('close', () => {
    closedAt = performance.now();
    clearInterval(timer);
  });
  return { kind: kind.name, socket, lived: () => (closedAt === null ? null : (closedAt - openedAt) / 1000) };
}

function closeOf(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.once('close', () => resolve());
    signal.addEventListener('abort', () => resolve());
  });
}

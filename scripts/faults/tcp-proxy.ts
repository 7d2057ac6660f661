// A wire between a server and its PostgreSQL that can be slow, cut, or dead without saying so. PostgreSQL listens on a socket
// file; this has a port.
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  /** The same database by way of this proxy. */
  readonly url: string;
  /** How many connections there are, and the most there were since `forgetMost`. */
  readonly open: number;
  readonly most: number;
  forgetMost(): void;
  /** Milliseconds that everything the server sends takes longer. */
  delayMs: number;
  /** Cuts all connections; until `mend` new ones are refused as soon as they are made. */
  down(): void;
  /** From now on nothing is passed on and nothing is said; connections are taken. */
  fallSilent(): void;
  mend(): void;
  /** Cuts the next connection on which PostgreSQL says that it committed, before the server hears it; resolves when it has. */
  cutNextCommit(): Promise<void>;
  close(): Promise<void>;
}

const COMMITTED = Buffer.from('COMMIT\0');

/** Starts it in front of the database that this address names by a socket file. */
export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const address = new URL(databaseUrl);
  const path = `${address.searchParams.get('host')}/.s.PGSQL.5432`;
  const wires = new Set<Socket>();
  let state: 'passing' | 'down' | 'silent' = 'passing';
  let delayMs = 0;
  let most = 0;
  let onCommit: (() => void) | null = null;

  /** Passes on what comes, later when that is wanted, and in its order. */
  function pass(from: Socket, to: Socket, mayPass: (bytes: Buffer) => boolean): void {
    from.on('data', (bytes: Buffer) => {
      if (state === 'silent' || !mayPass(bytes)) return;
      if (delayMs === 0) to.write(bytes);
      else setTimeout(() => to.writable && to.write(bytes), delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => state !== 'silent' && to.destroy());
  }

  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (state === 'down') {
      socket.destroy();
      return;
    }
    wires.add(socket);
    most = Math.max(most, wires.size);
    const behind = createConnection(path);
    socket.once('close', () => {
      wires.delete(socket);
      // Behind a wire that is dead PostgreSQL hears nothing of the end, either; it has been told enough to clear up.
      behind.destroy();
    });
    pass(socket, behind, () => true);
    pass(behind, socket, (bytes) => {
      if (!onCommit || !bytes.includes(COMMITTED)) return true;
      onCommit();
      onCommit = null;
      socket.destroy();
      return false;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const cutAll = () => {
    for (const wire of wires) wire.destroy();
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}${address.pathname}`,
    get open() {
      return wires.size;
    },
    get most() {
      return most;
    },
    forgetMost() {
      most = wires.size;
    },
    get delayMs() {
      return delayMs;
    },
    set delayMs(milliseconds) {
      delayMs = milliseconds;
    },
    down() {
      state = 'down';
      cutAll();
    },
    fallSilent() {
      state = 'silent';
    },
    mend() {
      // What stood still does not go on in the middle.
      if (state === 'silent') cutAll();
      state = 'passing';
    },
    cutNextCommit: () =>
      new Promise((resolve) => {
        onCommit = resolve;
      }),
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

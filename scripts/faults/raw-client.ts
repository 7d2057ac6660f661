// One keep-alive connection of a client that does as it is told: it sends these bytes, and times the answer. Node's own
// client would refuse to send what is malformed, and costs more than the server it loads.
import { connect, type Socket } from 'node:net';

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  /** The lines of the head, names as they came. */
  readonly head: string;
  readonly body: string;
  /** From the first byte sent to the last one received. */
  readonly ms: number;
}

export interface RawClient {
  /** One request at a time; opens the connection when there is none. Rejects when it breaks before the answer is whole. */
  send(bytes: string): Promise<RawAnswer>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly startedAt: number;
}

const CLOSES = /\r\nconnection: *close/i;
const LENGTH = /\r\ncontent-length: *(\d+)/i;
/** Where all connections read to: what came is taken out before the next one reads. */
const INCOMING = Buffer.alloc(65_536);

/** Makes one; nothing is opened yet. */
export function createRawClient(port: number): RawClient {
  let socket: Socket | null = null;
  let heard = '';
  let waiting: Waiting | null = null;

  function settle(length: number, answer: Omit<RawAnswer, 'ms'>): void {
    const { resolve, startedAt } = waiting ?? {};
    waiting = null;
    heard = heard.slice(length);
    if (CLOSES.test(answer.head)) drop();
    if (startedAt !== undefined) resolve?.({ ...answer, ms: performance.now() - startedAt });
  }

  function look(ended: boolean): void {
    const headEnd = heard.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = heard.slice(0, headEnd);
    const bodyStart = headEnd + 4;
    const named = LENGTH.exec(head)?.[1];
    const length = named === undefined ? (ended ? heard.length - bodyStart : Infinity) : Number(named);
    if (heard.length < bodyStart + length) return;
    const body = heard.slice(bodyStart, bodyStart + length);
    settle(bodyStart + length, { status: Number(head.slice(9, 12)), head, body });
  }

  function drop(): void {
    socket?.removeAllListeners().on('error', () => {});
    socket?.destroy();
    socket = null;
    heard = '';
  }

  function broken(reason: string): void {
    look(true);
    drop();
    waiting?.reject(new Error(reason));
    waiting = null;
  }

  function open(): Socket {
    const hear = (length: number) => {
      heard += INCOMING.toString('latin1', 0, length);
      look(false);
      return true;
    };
    const opened = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: INCOMING, callback: hear } });
    opened.on('error', (error) => broken((error as NodeJS.ErrnoException).code ?? error.message));
    opened.on('end', () => broken('closed'));
    return opened;
  }

  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject, startedAt: performance.now() };
        socket ??= open();
        socket.write(bytes, 'latin1');
      }),
    close: drop,
  };
}

/** The value of the header with this name in lower case; null when there is none. */
export function headerOf({ head }: RawAnswer, name: string): string | null {
  const found = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (found < 0) return null;
  const start = found + name.length + 3;
  const end = head.indexOf('\r\n', start);
  return head.slice(start, end < 0 ? undefined : end).trim();
}

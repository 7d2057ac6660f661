// What a server sends, in small pieces and not more of it than was allowed. The reader of LDAP messages calls itself for each
// message in a piece: thousands in one piece, which a server may send, would end the process.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const PIECE_BYTES = 16_384;

/** It ends without an error event, whatever happened: `fault` says why. */
export class BoundedStream extends Duplex {
  /** What tells a client of sockets that nothing has to be awaited. */
  readonly readyState = 'open';
  /** Why it ended, in kebab-case; null while it is open, and when it was closed from here. */
  fault: string | null = null;
  readonly #socket: Socket;
  #bytesLeft = Infinity;
  #isReleased = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', this.#received);
    socket.on('error', this.#failed);
    socket.on('close', this.#closed);
  }

  /** Ends it for this reason. */
  fail(fault: string): void {
    this.fault ??= fault;
    this.destroy();
  }

  /** From here on so many bytes may come; with more it ends. */
  allow(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** Gives the socket up, open as it is; the stream ends. */
  release(): void {
    this.#socket.off('data', this.#received).off('error', this.#failed).off('close', this.#closed);
    this.#socket.pause();
    this.#isReleased = true;
    this.destroy();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#socket.write(piece, callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#isReleased) this.#socket.destroy();
    callback(error);
  }

  readonly #failed = () => {};
  readonly #closed = () => this.fail('connection-lost');

  readonly #received = (data: Buffer): void => {
    this.#bytesLeft -= data.length;
    if (this.#bytesLeft < 0) {
      this.fail('answer-too-large');
      return;
    }
    for (let from = 0; from < data.length && !this.destroyed; from += PIECE_BYTES) {
      if (!this.push(data.subarray(from, from + PIECE_BYTES))) this.#socket.pause();
    }
  };
}

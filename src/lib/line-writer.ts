// Writes lines to a file descriptor of which nobody knows how fast it is read. What is logged never waits: it goes into a
// buffer with a bound, and is dropped and counted beyond it. What must not be lost is written by whoever waits for it.
import { constants, fstatSync, openSync, writeSync, write as writeTo } from 'node:fs';

export interface LineWriter {
  /** Takes a line of the log, with its line break; never blocks, never throws. */
  offer(line: string): void;
  /** Resolves when the text was written, however long that takes; throws when it cannot be. */
  write(text: string): Promise<void>;
  /** Lines that were dropped since the start. */
  readonly dropped: number;
  /** Writes what is left, at the end of the process; nothing to a reader that has stopped. */
  flush(): void;
}

/** Bytes that may wait; of lines below `info` only half as many, so that they make way first. */
const MOST_BYTES = 1024 * 1024;
const MOST_AT_ONCE = 64 * 1024;
const RETRY_MS = 20;
const LAST_WAIT_MS = 50;
const MINOR = /^\{"level":"(?:trace|debug)"/;

interface Piece {
  readonly bytes: Buffer;
  /** Null for a line of the log. */
  readonly settle: ((error: Error | null) => void) | null;
}

/** Builds it. */
export function createLineWriter(given: number): LineWriter {
  const descriptor = withoutBlocking(given);
  let waiting: Piece[] = [];
  let underWay: readonly Piece[] | null = null;
  /** What is left of them while the reader has no room. */
  let rest: Buffer | null = null;
  let bytesOfLog = 0;
  let dropped = 0;
  let told = 0;

  function start(): void {
    if (underWay !== null || waiting.length === 0) return;
    underWay = take();
    continueWith(Buffer.concat(underWay.map(({ bytes }) => bytes)));
  }

  /** As many as go together; always one. */
  function take(): Piece[] {
    let bytes = 0;
    const end = waiting.findIndex((piece) => (bytes += piece.bytes.length) > MOST_AT_ONCE);
    const count = end < 0 ? waiting.length : Math.max(1, end);
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  function continueWith(bytes: Buffer): void {
    rest = null;
    writeTo(descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') waitWith(bytes);
      else if (error) finish(error);
      else if (written < bytes.length) continueWith(bytes.subarray(written));
      else finish(null);
    });
  }

  /** The process may end meanwhile. */
  function waitWith(bytes: Buffer): void {
    rest = bytes;
    setTimeout(() => continueWith(bytes), RETRY_MS).unref();
  }

  function finish(error: Error | null): void {
    for (const { bytes, settle } of underWay ?? []) {
      if (settle) settle(error);
      else {
        bytesOfLog -= bytes.length;
        if (error) dropped += 1;
      }
    }
    underWay = null;
    if (waiting.length === 0 && dropped > told && !error) tell();
    start();
  }

  function tell(): void {
    const lines = dropped - told;
    told = dropped;
    const time = new Date().toISOString();
    offer(
      `${JSON.stringify({ level: 'warn', time, lines, msg: 'log lines were dropped: nobody read them in time' })}\n`,
    );
  }

  function offer(line: string): void {
    const bytes = Buffer.from(line);
    if (bytesOfLog + bytes.length > (MINOR.test(line) ? MOST_BYTES / 2 : MOST_BYTES)) {
      dropped += 1;
      return;
    }
    bytesOfLog += bytes.length;
    waiting.push({ bytes, settle: null });
    start();
  }

  return {
    offer,
    write: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ bytes: Buffer.from(text), settle: (error) => (error ? reject(error) : resolve()) });
        start();
      }),
    get dropped() {
      return dropped;
    },
    flush() {
      // A write that is under way is done by its thread meanwhile.
      if (underWay !== null && rest === null)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WAIT_MS);
      const lines = waiting.filter(({ settle }) => settle === null).map(({ bytes }) => bytes);
      waiting = [];
      try {
        writeSync(descriptor, Buffer.concat([...(rest === null ? [] : [rest]), ...lines]));
      } catch {
        // The process ends, and nobody reads.
      }
    },
  };
}

/**
 * A pipe that nobody reads would block a thread in the middle of a write, and with it the end of the process. Opened anew it
 * does not, and stays as it is for others who write to it.
 */
function withoutBlocking(descriptor: number): number {
  try {
    if (!fstatSync(descriptor).isFIFO()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // Where there is no such path, as outside of Linux.
    return descriptor;
  }
}

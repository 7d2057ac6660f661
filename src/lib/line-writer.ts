// Writes lines to a file descriptor of which nobody knows how fast it is read. What is logged never waits: it goes into a
// buffer with a bound, and is dropped and counted beyond it. What must not be lost is written by whoever waits for it.
import { writeSync, write as writeTo } from 'node:fs';

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
export function createLineWriter(descriptor: number): LineWriter {
  let waiting: Piece[] = [];
  let underWay: readonly Piece[] | null = null;
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

  /** In the thread pool: a pipe that nobody reads blocks one thread, and not the loop. */
  function continueWith(bytes: Buffer): void {
    writeTo(descriptor, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => continueWith(bytes), RETRY_MS);
      else if (error) finish(error);
      else if (written < bytes.length) continueWith(bytes.subarray(written));
      else finish(null);
    });
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
      // A write that is under way is done by its thread meanwhile, unless the reader has stopped.
      if (underWay !== null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WAIT_MS);
      const isStuck = bytesOfLog > MOST_AT_ONCE;
      const lines = waiting.filter(({ settle }) => settle === null);
      waiting = [];
      try {
        if (!isStuck && lines.length > 0) writeSync(descriptor, Buffer.concat(lines.map(({ bytes }) => bytes)));
      } catch {
        // The process ends, and nobody reads.
      }
    },
  };
}

// Where the operator has the events of every tenant written: a file or the standard output, and a syslog server. Each is one
// that follows the log, by a name that stands for it in the database.
import { closeSync, constants, fdatasync, open, write } from 'node:fs';
import { promisify } from 'node:util';
import type { LineWriter } from '../lib/line-writer.ts';
import { DeliveryFailed, type LogSink, toStreamed } from './log-sink.ts';

/** Names of the operator's sinks among those that follow the log. */
export const OPERATOR_SINKS = { file: 'file', syslog: 'syslog' } as const;

const MOST_EVENTS = 200;
const opened = promisify(open);
const written = promisify(write);
const synced = promisify(fdatasync);

/** A line for each event on the standard output, between those of the operational log. */
export function createOutputSink(output: LineWriter): LogSink {
  return {
    ...{ kind: 'file', mostEvents: MOST_EVENTS, wants: () => true },
    deliver: (events) => output.write(events.map((event) => `${toStreamed(event)}\n`).join('')),
  };
}

/** A line for each event at the end of a file, which may be renamed at any time: the next ones go into a new one. */
export function createFileSink(path: string): LogSink {
  return {
    ...{ kind: 'file', mostEvents: MOST_EVENTS, wants: () => true },
    async deliver(events) {
      const lines = Buffer.from(events.map((event) => `${toStreamed(event)}\n`).join(''));
      try {
        await append(path, lines);
      } catch (error) {
        throw new DeliveryFailed(`the file cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, {
          cause: error,
        });
      }
    },
  };
}

/** Resolves when the disk has it; nothing here waits in the loop, whatever the path leads to. */
async function append(path: string, bytes: Buffer): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const descriptor = await opened(path, O_APPEND | O_CREAT | O_WRONLY, 0o600);
  try {
    for (let at = 0; at < bytes.length; )
      at += (await written(descriptor, bytes, at, bytes.length - at, null)).bytesWritten;
    await synced(descriptor).catch((error: unknown) => {
      // A pipe has no disk.
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    });
  } finally {
    closeSync(descriptor);
  }
}

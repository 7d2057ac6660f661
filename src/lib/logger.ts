// The operational log: one line, one JSON object, nothing in it that could fool a terminal or a log reader.
// Tenant-visible events are not written here; they are rows (log/).
import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino } from 'pino';
import { describeError } from './describe-error.ts';

/** Writes operational log lines; `error` takes the thrown value under the key `err`. */
export type Logger = PinoLogger;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

const NOWHERE: DestinationStream = { write: () => {} };

const LONGEST_LINE = 8 * 1024;

// Security: C1 controls, line separators and bidirectional controls pass JSON.stringify unescaped, and a terminal obeys them.
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Opens the log; without a destination its lines go nowhere. */
export function createLogger(level: LogLevel, destination: DestinationStream = NOWHERE): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { logMethod: withOwnMessage, streamWrite: printableLine },
    },
    destination,
  );
}

/** Security: a line without a message would get the error's own, which nobody scrubbed. */
function withOwnMessage(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, message] = args as unknown[];
  const err = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  if (err === undefined || message !== undefined) method.apply(this, args);
  else method.apply(this, [{ ...(first === err ? {} : (first as object)), err }, describeError(err).message]);
}

/** Escapes what a terminal would obey and keeps the line within 8 KiB, still as one JSON object. */
export function printableLine(line: string): string {
  const escaped = escapeUnsafe(line);
  if (Buffer.byteLength(escaped) <= LONGEST_LINE) return escaped;
  const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
  return escapeUnsafe(`${JSON.stringify({ level, time, msg: cutText(String(msg)), cut: true })}\n`);
}

function escapeUnsafe(line: string): string {
  return line.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A user-supplied text at most 256 characters long, with a mark where it was cut. */
export function cutText(text: string): string {
  return text.length <= 256 ? text : `${text.slice(0, 256)}…[cut]`;
}

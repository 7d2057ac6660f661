// An operational log that writes into memory, at the most talkative level.
import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../../src/lib/logger.ts';

interface MemoryLog {
  readonly logger: Logger;
  /** Everything that was written so far. */
  text(): string;
  /** The lines, each parsed as JSON; throws when one is not. */
  lines(): Record<string, unknown>[];
}

/** Opens one. */
export function createMemoryLog(): MemoryLog {
  let written = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  return {
    logger: createLogger('trace', destination),
    text: () => written,
    lines: () =>
      written
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

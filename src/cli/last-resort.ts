// What a server does about errors that reached nobody: it tells them in its log, and ends only when it cannot know what it left
// half done. Called by run-server.ts.
import type { Logger } from '../lib/logger.ts';

/**
 * Listens until the process ends. A promise that failed without anybody waiting for it leaves everything else as it was. An
 * exception that nobody caught broke off in the middle of something: `end` is called once, to drain and end the process.
 */
export function watchForUncaught(logger: Logger, end: () => void): void {
  let isEnding = false;
  process.on('unhandledRejection', (reason) => {
    attempt(() => logger.error({ err: reason }, 'a promise failed that nobody waited for'));
  });
  process.on('uncaughtException', (error) => {
    attempt(() => logger.fatal({ err: error }, 'an exception that nobody caught: the server drains and ends'));
    if (isEnding) return;
    isEnding = true;
    end();
  });
}

/** What the log throws would come here again, for ever. */
function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is no other place to tell it.
  }
}

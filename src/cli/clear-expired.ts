// Once a minute a server clears away what has expired.
import type { App } from '../app.ts';
import type { Ground } from '../ground.ts';

const LOOK_EVERY_MS = 60_000;
const PAUSE_MS = 50;

/** Does so until the signal aborts. */
export async function clearExpired(
  { clock, logger }: Pick<Ground, 'clock' | 'logger'>,
  {
    expiredAttempts,
    clearRefreshTokens,
    clearTickets,
  }: Pick<App, 'expiredAttempts' | 'clearRefreshTokens' | 'clearTickets'>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    for (const clear of [() => expiredAttempts.clear(), clearRefreshTokens, clearTickets]) {
      try {
        while (!signal.aborted && (await clear())) await clock.sleep(PAUSE_MS, signal);
      } catch (error) {
        // What is left goes the next time.
        logger.warn({ err: error }, 'what has expired could not be cleared away');
      }
    }
    if (signal.aborted) return;
  }
}

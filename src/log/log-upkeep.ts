// What is done for the log in the background: it is sealed, pruned, and rid of the names of deleted users. Started by the
// command that serves; several servers may do it at once.
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';

/** Does one piece; true when there may be more. */
type Piece = () => Promise<boolean>;

interface Parts {
  readonly seal: Piece;
  readonly prune: Piece;
  readonly erase: Piece;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface LogUpkeep {
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Does everything there is to do once. */
  runOnce(signal?: AbortSignal): Promise<void>;
}

const SEAL_EVERY_MS = 10_000;
const PAUSE_MS = 20;
/** The rest is done at every so many looks. */
const LOOKS_OF_REST = 6;

/** Builds it. */
export function createLogUpkeep({ seal, prune, erase, clock, logger }: Parts): LogUpkeep {
  async function all(pieces: readonly Piece[], signal: AbortSignal): Promise<void> {
    for (const piece of pieces) {
      try {
        while (!signal.aborted && (await piece())) await clock.sleep(PAUSE_MS, signal);
      } catch (error) {
        // What is left is done the next time.
        logger.warn({ err: error }, 'the log could not be kept up');
      }
    }
  }

  return {
    runOnce: (signal = new AbortController().signal) => all([seal, prune, erase], signal),
    async run(signal) {
      for (let look = 1; !signal.aborted; look += 1) {
        await all(look % LOOKS_OF_REST === 0 ? [seal, prune, erase] : [seal], signal);
        await clock.sleep(SEAL_EVERY_MS, signal);
      }
    },
  };
}

// Keeps the counters of attempts few: what has expired is cleared away in small pieces, beside the logins and never in one.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { ExpiryStore } from './expiry-store.ts';

interface Parts {
  readonly expiry: ExpiryStore;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
}

export interface ExpiredAttempts {
  /** To be called when a server starts: no counter blocks longer than it may, whatever the clock said when it was written. */
  mend(): Promise<void>;
  /** Clears away one piece; true when there may be more. */
  clear(): Promise<boolean>;
}

const PIECE = 200;

/** Builds it. */
export function createExpiredAttempts({ expiry, groupCommit, steadyTime }: Parts): ExpiredAttempts {
  return {
    mend: () => expiry.mend(steadyTime.now()),
    async clear() {
      let cleared = 0;
      for (const deletion of expiry.deletionsOf(steadyTime.now(), PIECE)) {
        cleared = Math.max(cleared, (await groupCommit.commit([deletion])).length);
      }
      return cleared === PIECE;
    },
  };
}

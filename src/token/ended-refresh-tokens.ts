// Deletes refresh tokens that ended, in small pieces, beside the logins and never in one. Called once in a while by servers.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { RefreshTokenStore } from './refresh-token-store.ts';

interface Parts {
  readonly refreshTokens: RefreshTokenStore;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
}

/** How long the log can still tell what became of one: a week. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1000;
const PIECE = 200;

/** Builds it: each call deletes one piece, and resolves to true when there may be more. */
export function createEndedRefreshTokens({ refreshTokens, groupCommit, steadyTime }: Parts): () => Promise<boolean> {
  return async () => {
    const deletion = refreshTokens.deletionOf(steadyTime.now() - REMEMBERED_MS, PIECE);
    return (await groupCommit.commit([deletion])).length === PIECE;
  };
}

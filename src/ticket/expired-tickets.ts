// Deletes tickets that expired, in small pieces. Called once in a while by servers.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { TicketStore } from './ticket-store.ts';

interface Parts {
  readonly tickets: TicketStore;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
}

/** How long the log can still tell that one had expired: a day. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;
const PIECE = 200;

/** Builds it: each call deletes one piece, and resolves to true when there may be more. */
export function createExpiredTickets({ tickets, groupCommit, steadyTime }: Parts): () => Promise<boolean> {
  return async () => {
    const deletion = tickets.deletionOf(steadyTime.now() - REMEMBERED_MS, PIECE);
    return (await groupCommit.commit([deletion])).length === PIECE;
  };
}

// How far those are behind that follow the log, for metrics and for `gatehouse doctor`.
import type { Clock } from '../lib/clock.ts';
import type { LogFeedStore } from '../log/log-feed-store.ts';
import type { SinkLabel, StreamLag } from '../metrics/metrics.ts';
import type { LogCursor, LogCursorStore } from './log-cursor-store.ts';
import { OPERATOR_SINKS } from './operator-sinks.ts';

interface Parts {
  readonly cursors: LogCursorStore;
  readonly feed: LogFeedStore;
  readonly clock: Pick<Clock, 'now'>;
  /** The sinks that the operator has; cursors of earlier ones are left out. */
  readonly operatorSinks: ReadonlySet<string>;
}

/** One that follows the log, and where it is. */
export interface CursorLag extends StreamLag {
  readonly cursor: LogCursor;
}

/** Reads all of them. */
export function createStreamLags({ cursors, feed, clock, operatorSinks }: Parts): () => Promise<CursorLag[]> {
  return async () => {
    const active = (await cursors.listActive()).filter(
      ({ id, tenantId }) => tenantId !== null || operatorSinks.has(id),
    );
    return Promise.all(
      active.map(async (cursor) => ({
        cursor,
        sink: kindOf(cursor),
        lagSeconds: await lagOf(feed, cursor, clock.now()),
        isFailing: cursor.failingSince !== null,
      })),
    );
  };
}

/** Seconds since the oldest event that it has not delivered; 0 when it has all of them. */
export async function lagOf(feed: LogFeedStore, { tenantId, position }: LogCursor, now: number): Promise<number> {
  const oldest = await feed.dateAfter(tenantId, position);
  return oldest === null ? 0 : Math.max(0, (now - oldest) / 1000);
}

function kindOf({ id, tenantId }: LogCursor): SinkLabel {
  if (tenantId !== null) return 'webhook';
  return id === OPERATOR_SINKS.syslog ? 'syslog' : 'file';
}

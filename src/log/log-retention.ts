// Deletes events that are older than the log is kept, a seal with its events at a time, in small transactions that no login
// waits for. The last seal that was pruned stays: it is what the next one is linked to. Called by log-upkeep.ts.
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { LogPruningStore } from './log-pruning-store.ts';
import { type LogSeal, prunedMarkOf } from './log-seal.ts';
import type { LogSealStore } from './log-seal-store.ts';

interface Parts {
  readonly database: Database;
  readonly logSeals: LogSealStore;
  readonly logPruning: LogPruningStore;
  readonly listTenants: () => Promise<readonly Tenant[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds for which events are kept. */
  readonly keptMs: number;
}

/** Prunes one seal of each tenant at most; true when there may be more. */
export function createLogRetention(parts: Parts): () => Promise<boolean> {
  const { database, logSeals, logPruning, listTenants, clock, logger, metrics, keptMs } = parts;

  async function prune(seal: LogSeal, key: Buffer): Promise<void> {
    const missed = await database.transaction(async (sql) => {
      const behind = await logPruning.countUnsent(seal, sql);
      await logPruning.deleteEvents(seal, sql);
      await logSeals.markPruned(seal, prunedMarkOf(key, seal), sql);
      return behind;
    });
    for (const { id, events } of missed) {
      metrics.logMissed(events);
      logger.error({ stream: id, events }, 'log events were pruned before they were delivered');
    }
  }

  return async () => {
    const chain = await logSeals.findChain();
    if (!chain) return false;
    let mayBeMore = false;
    for (const { id } of await listTenants()) {
      const [first, second, third] = await logSeals.listAfter(id, 0, 3);
      const [oldest, next] = first?.prunedMark === null ? [first, second] : [second, third];
      // The newest one stays whatever its age: it says where the log ends.
      if (!oldest || !next || oldest.lastDate >= clock.now() - keptMs) continue;
      await prune(oldest, chain.key);
      mayBeMore = true;
    }
    return mayBeMore;
  };
}

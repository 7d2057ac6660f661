// Remembers the sources that logged in. A source that was written down a short while ago need not be again.
import { LRUCache } from 'lru-cache';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { KnownSourceStore } from './known-source-store.ts';

/** What is to be written after a login from the source with this key; often nothing. */
export type RememberSource = (tenantId: TenantId, key: string, identifierKey: string) => Effect[];

const MOST_RECENT_SOURCES = 10_000;
const RECENT_SOURCE_MS = 3_600_000;

/** Builds it. */
export function createSourceMemory(knownSources: KnownSourceStore, steadyTime: SteadyTime): RememberSource {
  const recentSources = new LRUCache<string, number>({ max: MOST_RECENT_SOURCES });
  return (tenantId, key, identifierKey) => {
    const now = steadyTime.now();
    if ((recentSources.get(key) ?? -Infinity) > now - RECENT_SOURCE_MS) return [];
    recentSources.set(key, now);
    return [knownSources.remember(tenantId, key, identifierKey, now)];
  };
}

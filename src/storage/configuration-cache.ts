// Keeps configuration (tenants, clients, APIs, connections, keys) in memory for at most a second after another process
// changed it. Credentials, blocks and refresh tokens never come in here.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import { readConfigurationVersion } from './configuration-version.ts';
import type { Sql } from './database.ts';

/** Remembers what a load gave until the configuration changes. */
export interface ConfigurationCache {
  /** The remembered value, or what `load` gives now; null is remembered too. */
  get<T>(key: string, load: () => Promise<T>): Promise<T>;
  /** Forgets everything: called by a process for its own changes. */
  clear(): void;
}

const CHECK_EVERY_MS = 1000;
// Security: keys come from callers (client ids, audiences); the bound keeps a stranger from filling the memory with misses.
const MOST_ENTRIES = 10_000;

/** A cache over one database; it asks for the configuration version at most once a second. */
export function createConfigurationCache(sql: Sql, clock: Clock): ConfigurationCache {
  const entries = new LRUCache<string, { value: unknown }>({ max: MOST_ENTRIES });
  let version = -1;
  let checkedAt = Number.NEGATIVE_INFINITY;

  async function forgetWhenChanged(): Promise<void> {
    const now = clock.monotonic();
    const current = await readConfigurationVersion(sql);
    if (current !== version) entries.clear();
    version = current;
    checkedAt = now;
  }

  return {
    async get<T>(key: string, load: () => Promise<T>): Promise<T> {
      if (clock.monotonic() - checkedAt >= CHECK_EVERY_MS) await forgetWhenChanged();
      const known = entries.get(key);
      if (known) return known.value as T;
      const loadedAt = version;
      const value = await load();
      // A change seen while loading may be newer than what was loaded: then it is used once and not kept.
      if (loadedAt === version) entries.set(key, { value });
      return value;
    },
    clear(): void {
      entries.clear();
      checkedAt = Number.NEGATIVE_INFINITY;
      version = -1;
    },
  };
}

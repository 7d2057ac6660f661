// Keeps configuration (tenants, clients, APIs, connections, keys) in memory for at most a second after another process
// changed it. Credentials, blocks and refresh tokens never come in here.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import { readConfigurationVersion } from './configuration-version.ts';
import type { Sql } from './database.ts';
import { isStorageOutage } from './storage-outage.ts';

/** Remembers what a load gave until the configuration changes. */
export interface ConfigurationCache {
  /** The remembered value, or what `load` gives now; null is remembered too. */
  get<T>(key: string, load: () => Promise<T>): Promise<T>;
  /**
   * The same; what was remembered last when the database does not answer. For what is public, and lets nobody do anything
   * that the database would not have to be asked for.
   */
  getOrLast<T>(key: string, load: () => Promise<T>): Promise<T>;
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
  let failedAt = Number.NEGATIVE_INFINITY;

  async function forgetWhenChanged(): Promise<void> {
    const now = clock.monotonic();
    const current = await readConfigurationVersion(sql);
    if (current !== version) entries.clear();
    version = current;
    checkedAt = now;
  }

  async function get<T>(key: string, load: () => Promise<T>): Promise<T> {
    if (clock.monotonic() - checkedAt >= CHECK_EVERY_MS) await forgetWhenChanged();
    const known = entries.get(key);
    if (known) return known.value as T;
    const loadedAt = version;
    const value = await load();
    // A change seen while loading may be newer than what was loaded: then it is used once and not kept.
    if (loadedAt === version) entries.set(key, { value });
    return value;
  }

  return {
    get,
    async getOrLast<T>(key: string, load: () => Promise<T>): Promise<T> {
      const last = entries.get(key);
      // While the database is away it is asked once a second, not by everybody.
      if (last && clock.monotonic() - failedAt < CHECK_EVERY_MS) return last.value as T;
      try {
        return await get(key, load);
      } catch (error) {
        if (!last || !isStorageOutage(error)) throw error;
        failedAt = clock.monotonic();
        return last.value as T;
      }
    },
    clear(): void {
      entries.clear();
      checkedAt = Number.NEGATIVE_INFINITY;
      version = -1;
    },
  };
}

// The life of a signing key: next, current, previous, or revoked in an emergency. Called by the command line and the
// management API. Every change happens in one transaction that holds the configuration's lock, so that of several processes
// one acts and the others are told.
import type { Clock } from '../lib/clock.ts';
import { bumpConfigurationVersion, lockConfiguration } from '../storage/configuration-version.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { generateSigningKey } from './generate-key.ts';
import { type KeyAlgorithm, type KeyRecord, PUBLISHED_AFTER_RETIREMENT_MS } from './key.ts';
import type { KeyStore } from './key-store.ts';

/** What became of a rotation. */
export type RotationOutcome =
  | { readonly kind: 'rotated'; readonly previous: string; readonly current: string; readonly next: string }
  /** Somebody else rotated at the same time, and this is the key that signs since. */
  | { readonly kind: 'already-rotated'; readonly current: string }
  /** The next key was not published for long enough; it will have been at this instant. */
  | { readonly kind: 'too-early'; readonly readyAt: number }
  /** The tenant has no keys of this algorithm. */
  | { readonly kind: 'no-keys' };

/** What became of a revocation. */
export type RevocationOutcome =
  /** `current` is the key that signs now: another one than before when the revoked key was the current one. */
  | { readonly kind: 'revoked'; readonly algorithm: KeyAlgorithm; readonly current: string; readonly next: string }
  | { readonly kind: 'already-revoked' }
  | { readonly kind: 'unknown-key' };

/** Called with the key that was rotated in or revoked, in the transaction of the change. */
export type RecordKeyChange = (sql: Sql, kid: string) => Promise<void>;

export interface KeyRotation {
  /** Every key of the tenant, revoked ones too. */
  listKeys(tenantId: TenantId): Promise<KeyRecord[]>;
  /** Lets the next key sign and makes another next one; `immediately` does not ask how long it was published. */
  rotateKeys(
    tenant: Tenant,
    algorithm: KeyAlgorithm,
    options?: { readonly immediately?: boolean; readonly record?: RecordKeyChange },
  ): Promise<RotationOutcome>;
  /** Ends the trust in a key; the next one steps in for a current one, however short a time it was published. */
  revokeKey(tenant: Tenant, kid: string, record?: RecordKeyChange): Promise<RevocationOutcome>;
}

interface Parts {
  readonly database: Database;
  readonly keys: KeyStore;
  readonly clock: Clock;
  /** How long a key must have been published before it signs. */
  readonly publishAheadMs: number;
  /** Makes the change take effect in this process at once. */
  readonly forgetConfiguration: () => void;
}

/** Builds the life cycle over the store. */
export function createKeyRotation(parts: Parts): KeyRotation {
  const { database, keys, clock, publishAheadMs, forgetConfiguration } = parts;

  /** Runs the change alone among all changes of configuration. */
  async function change<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const result = await database.transaction(async (sql) => {
      await lockConfiguration(sql);
      const outcome = await work(sql);
      await bumpConfigurationVersion(sql);
      return outcome;
    });
    forgetConfiguration();
    return result;
  }

  /** A new key in the place of the next one. Made before the transaction, in which nothing but queries is awaited. */
  const makeNext = ({ domains }: Tenant, algorithm: KeyAlgorithm) =>
    generateSigningKey(algorithm, domains[0]?.host ?? 'localhost', 'next', clock.now());

  /** What a rotation away from `expected` would do now: the key to promote, or why there is none. */
  function readiness(
    set: KeySet | null,
    expected: string,
    immediately: boolean,
  ): { readonly next: string } | RotationOutcome {
    if (!set) return { kind: 'no-keys' };
    // Who asks a moment after somebody else did asked for the same rotation.
    const isJustDone = set.rotatedAt !== null && clock.now() - set.rotatedAt < SAME_ROTATION_MS;
    if (isJustDone || set.current.kid !== expected) return { kind: 'already-rotated', current: set.current.kid };
    const readyAt = set.next.publishedAt + publishAheadMs;
    if (!immediately && clock.now() < readyAt) return { kind: 'too-early', readyAt };
    return { next: set.next.kid };
  }

  return {
    listKeys: (tenantId) => keys.listRecords(tenantId),

    async rotateKeys(tenant, algorithm, { immediately = false, record } = {}) {
      const before = keySetOf(await keys.listRecords(tenant.id), algorithm);
      const previous = before?.current.kid ?? '';
      const early = readiness(before, previous, immediately);
      if ('kind' in early) return early;
      const made = await makeNext(tenant, algorithm);
      // A key that was made a moment ago is not yet in the key set that another process remembers.
      await clock.sleep((before?.next.publishedAt ?? 0) + SEEN_EVERYWHERE_MS - clock.now());
      return change(async (sql) => {
        const ready = readiness(keySetOf(await keys.listRecords(tenant.id, sql), algorithm), previous, immediately);
        if ('kind' in ready) return ready;
        const now = clock.now();
        must(await keys.retire(tenant.id, previous, 'current', 'previous', now, sql));
        must(await keys.promote(tenant.id, ready.next, now, sql));
        await keys.insert(tenant.id, made, now, sql);
        await keys.deleteRetired(tenant.id, now - PUBLISHED_AFTER_RETIREMENT_MS, sql);
        await record?.(sql, ready.next);
        return { kind: 'rotated', previous, current: ready.next, next: made.kid };
      });
    },

    async revokeKey(tenant, kid, record) {
      const seen = (await keys.listRecords(tenant.id)).find((key) => key.kid === kid);
      if (!seen) return { kind: 'unknown-key' };
      const { algorithm } = seen;
      const made = await makeNext(tenant, algorithm);
      return change<RevocationOutcome>(async (sql) => {
        const records = await keys.listRecords(tenant.id, sql);
        const status = records.find((key) => key.kid === kid)?.status;
        if (status === undefined) return { kind: 'unknown-key' };
        if (status === 'revoked') return { kind: 'already-revoked' };
        const set = keySetOf(records, algorithm);
        if (!set) throw new Error(`The tenant has no current and next ${algorithm} key.`);
        const now = clock.now();
        must(await keys.retire(tenant.id, kid, status, 'revoked', now, sql));
        if (status === 'current') must(await keys.promote(tenant.id, set.next.kid, now, sql));
        if (status !== 'previous') await keys.insert(tenant.id, made, now, sql);
        await record?.(sql, kid);
        return {
          kind: 'revoked',
          algorithm,
          current: status === 'current' ? set.next.kid : set.current.kid,
          next: status === 'previous' ? set.next.kid : made.kid,
        };
      });
    },
  };
}

/** A little longer than any process remembers configuration. */
const SEEN_EVERYWHERE_MS = 1500;

/** Two requests for a rotation so close together mean one. */
const SAME_ROTATION_MS = 10_000;

interface KeySet {
  readonly current: KeyRecord;
  readonly next: KeyRecord;
  /** When the current key took over from another, in milliseconds since 1970 UTC; null when it is the first. */
  readonly rotatedAt: number | null;
}

function keySetOf(records: readonly KeyRecord[], algorithm: KeyAlgorithm): KeySet | null {
  const find = (status: string) => records.find((key) => key.algorithm === algorithm && key.status === status);
  const current = find('current');
  const next = find('next');
  const tookOver = records.some((key) => key.algorithm === algorithm && key.retiredAt === current?.currentSince);
  const rotatedAt = tookOver ? (current?.currentSince ?? null) : null;
  return current && next ? { current, next, rotatedAt } : null;
}

/** Undoes the transaction when a row is not what it was under the lock. */
function must(done: boolean): void {
  if (!done) throw new Error('A signing key changed while it was locked.');
}

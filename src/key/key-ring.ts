// The keys of a tenant in use: sign with the current one, find the one that a token names, publish what verifies.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { isPublished, type KeyAlgorithm, type SigningKey } from './key.ts';
import type { KeyStore } from './key-store.ts';

export interface KeyRing {
  /** The key that signs with this algorithm now; throws when the tenant has none. */
  getCurrent(tenantId: TenantId, algorithm: KeyAlgorithm): Promise<SigningKey>;
  /** The published key of exactly this id; null when the tenant has none such. */
  findByKid(tenantId: TenantId, kid: string): Promise<SigningKey | null>;
  /** The key set as it is published: current ones first, then next ones, then previous ones (RFC 7517 5). */
  publish(tenant: Tenant): Promise<string>;
}

interface Published {
  readonly keys: readonly SigningKey[];
  readonly removeAlgFromJwks: boolean;
  readonly text: string;
}

const MOST_TENANTS = 1000;

/** Builds the key ring over the store. */
export function createKeyRing(keys: KeyStore, cache: ConfigurationCache, clock: Clock): KeyRing {
  // The text is written anew when the keys are other ones: everybody who verifies tokens asks for it.
  const texts = new LRUCache<TenantId, Published>({ max: MOST_TENANTS });

  async function list(tenantId: TenantId, how: 'get' | 'getOrLast' = 'get'): Promise<SigningKey[]> {
    const stored = await cache[how](`keys ${tenantId}`, () => keys.list(tenantId));
    return stored.filter((key) => isPublished(key, clock.now()));
  }

  return {
    async getCurrent(tenantId, algorithm) {
      const current = (await list(tenantId)).find((key) => key.status === 'current' && key.algorithm === algorithm);
      if (!current) throw new Error(`The tenant has no current ${algorithm} key.`);
      return current;
    },
    async findByKid(tenantId, kid) {
      return (await list(tenantId)).find((key) => key.kid === kid) ?? null;
    },
    async publish(tenant) {
      const published = await list(tenant.id, 'getOrLast');
      const { removeAlgFromJwks } = tenant.flags;
      const newest = texts.get(tenant.id);
      const isSame =
        newest?.removeAlgFromJwks === removeAlgFromJwks &&
        newest.keys.length === published.length &&
        newest.keys.every((key, index) => key === published[index]);
      if (isSame) return newest.text;
      const jwks = published.map(({ publicJwk: { alg, ...rest } }) => (removeAlgFromJwks ? rest : { alg, ...rest }));
      const text = JSON.stringify({ keys: jwks });
      texts.set(tenant.id, { keys: published, removeAlgFromJwks, text });
      return text;
    },
  };
}

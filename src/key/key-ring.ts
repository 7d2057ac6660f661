// The keys of a tenant in use: sign with the current one, find the one that a token names, publish what verifies.
import type { Clock } from '../lib/clock.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { isPublished, type KeyAlgorithm, type PublicJwk, type SigningKey } from './key.ts';
import type { KeyStore } from './key-store.ts';

/** What a published key looks like on the wire: `alg` may be left out by the tenant's flag. */
export type PublishedKey = PublicJwk | Omit<PublicJwk, 'alg'>;

export interface KeyRing {
  /** The key that signs with this algorithm now; throws when the tenant has none. */
  getCurrent(tenantId: TenantId, algorithm: KeyAlgorithm): Promise<SigningKey>;
  /** The published key of exactly this id; null when the tenant has none such. */
  findByKid(tenantId: TenantId, kid: string): Promise<SigningKey | null>;
  /** The public keys: current ones first, then next ones, then previous ones (RFC 7517 5). */
  listPublic(tenant: Tenant): Promise<PublishedKey[]>;
}

/** Builds the key ring over the store. */
export function createKeyRing(keys: KeyStore, cache: ConfigurationCache, clock: Clock): KeyRing {
  async function list(tenantId: TenantId): Promise<SigningKey[]> {
    const stored = await cache.get(`keys ${tenantId}`, () => keys.list(tenantId));
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
    async listPublic(tenant) {
      return (await list(tenant.id)).map(({ publicJwk: { alg, ...rest } }) =>
        tenant.flags.removeAlgFromJwks ? rest : { alg, ...rest },
      );
    },
  };
}

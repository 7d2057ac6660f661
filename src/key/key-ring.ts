// The keys of a tenant in use: sign with the current one, find the one that a token names, publish what verifies.
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import type { PublicJwk, SigningKey } from './key.ts';
import type { KeyStore } from './key-store.ts';

/** What a published key looks like on the wire; `alg` may be left out by the tenant's flag. */
export type PublishedKey = Omit<PublicJwk, 'alg'> & { readonly alg?: 'RS256' };

export interface KeyRing {
  /** The key that signs now; throws when the tenant has none. */
  getCurrent(tenantId: TenantId): Promise<SigningKey>;
  /** The key of exactly this id; null when the tenant has none such. */
  findByKid(tenantId: TenantId, kid: string): Promise<SigningKey | null>;
  /** The public keys, current and next first (RFC 7517 5). */
  listPublic(tenant: Tenant): Promise<PublishedKey[]>;
}

/** Builds the key ring over the store. */
export function createKeyRing(keys: KeyStore, cache: ConfigurationCache): KeyRing {
  const list = (tenantId: TenantId) => cache.get(`keys ${tenantId}`, () => keys.list(tenantId));
  return {
    async getCurrent(tenantId) {
      const current = (await list(tenantId)).find((key) => key.status === 'current');
      if (!current) throw new Error('The tenant has no current signing key.');
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

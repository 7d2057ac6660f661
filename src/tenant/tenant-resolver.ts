// Host header -> tenant and issuer. The issuer comes from the tenant's configured list, never from the header itself.
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import { issuerOf, type Tenant } from './tenant.ts';
import type { TenantStore } from './tenant-store.ts';

/** The tenant that a request reached, and the issuer it speaks as. */
export interface ResolvedTenant {
  readonly tenant: Tenant;
  /** `https://HOST/`, with the slash. */
  readonly issuer: string;
}

export type TenantResolver = (host: string | undefined) => Promise<ResolvedTenant | null>;

/** Builds the resolver; it answers null for a host that no tenant lists. Host names know no case (RFC 9110 4.2.3). */
export function createTenantResolver(tenants: TenantStore, cache: ConfigurationCache): TenantResolver {
  return async (header) => {
    if (header === undefined || header.length > 261) return null;
    const host = header.toLowerCase();
    // Whatever is done for the tenant asks the database again, but for its key set and its discovery documents.
    return cache.getOrLast(`host ${host}`, async () => {
      const tenant = await tenants.findByHost(host);
      const domain = tenant?.domains.find((entry) => entry.host === host);
      return tenant && domain ? { tenant, issuer: issuerOf(domain) } : null;
    });
  };
}

// A tenant's settings of attack protection as the guards read them, at every attempt. Called by login-guard.ts and
// sign-up-guard.ts.
import { createNetworkList, type NetworkList } from '../lib/network-address.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { AttackProtection } from './attack-protection.ts';
import type { AttackProtectionStore } from './attack-protection-store.ts';

interface ProtectionSettings {
  readonly of: AttackProtection;
  /** The allow lists, ready to be asked. */
  readonly bruteForceExempt: NetworkList;
  readonly suspiciousIpExempt: NetworkList;
}

/** The settings; kept for a moment like all configuration. */
export type ProtectionSettingsOf = (tenantId: TenantId) => Promise<ProtectionSettings>;

/** Builds the reader. */
export function createProtectionSettings(
  store: AttackProtectionStore,
  cache: ConfigurationCache,
): ProtectionSettingsOf {
  return (tenantId) =>
    cache.get(`attack-protection ${tenantId}`, async () => {
      const of = await store.find(tenantId);
      return {
        of,
        bruteForceExempt: createNetworkList(of.bruteForce.allowlist),
        suspiciousIpExempt: createNetworkList(of.suspiciousIp.allowlist),
      };
    });
}

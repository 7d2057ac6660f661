// The `tenant` section of an export.
import { flagsWireOf, type TenantWire } from '../tenant/tenant.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';

/** The tenant as `apply` reads it. */
export function exportTenantSection({ tenant }: ExportWork): TenantWire {
  return {
    name: tenant.name,
    domains: tenant.domains.map(({ host, aliasOf }) => (aliasOf === null ? host : { host, alias_of: aliasOf })),
    region: tenant.region,
    ...withoutEmpty({
      friendly_name: tenant.friendlyName,
      default_directory: tenant.defaultDirectory,
      default_audience: tenant.defaultAudience,
      flags: withoutFalse(flagsWireOf(tenant.flags)),
    }),
  };
}

/** The flags that are set; null when none is. */
function withoutFalse(flags: Readonly<Record<string, boolean>>): Readonly<Record<string, boolean>> | null {
  const set = Object.entries(flags).filter(([, isSet]) => isSet);
  return set.length === 0 ? null : Object.fromEntries(set);
}

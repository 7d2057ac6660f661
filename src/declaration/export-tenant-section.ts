// The `tenant` section of an export.
import type { TenantWire } from '../tenant/tenant.ts';
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
      flags: tenant.flags.removeAlgFromJwks ? { remove_alg_from_jwks: true } : null,
    }),
  };
}

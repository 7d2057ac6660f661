// The `tenant` section.
import { randomAlphanumeric } from '../lib/id.ts';
import type { Tenant, TenantDomain, TenantId } from '../tenant/tenant.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

const DEFAULT_REGION = 'us';

/** Writes the tenant. */
export async function applyTenant(work: Workspace): Promise<Tenant> {
  const { sql, stores, file, now } = work;
  const wire = file.content.tenant;
  const stored = await stores.tenants.findByName(wire.name, sql);
  const id = stored?.id ?? (`ten_${randomAlphanumeric(16)}` as TenantId);
  const tenant: Tenant = {
    id,
    name: wire.name,
    region: wire.region ?? DEFAULT_REGION,
    friendlyName: wire.friendly_name || null,
    defaultDirectory: wire.default_directory || null,
    defaultAudience: wire.default_audience || null,
    flags: { removeAlgFromJwks: wire.flags?.remove_alg_from_jwks ?? false },
    domains: await domainsOf(work, stored, id),
  };
  await requireDefaults(work, tenant);
  await saveWhenChanged(work, 'tenant', tenant.name, stored, tenant, () => stores.tenants.save(tenant, now, sql));
  return tenant;
}

async function domainsOf(work: Workspace, stored: Tenant | null, id: TenantId): Promise<readonly TenantDomain[]> {
  const path = ['tenant', 'domains'];
  const named = (work.file.content.tenant.domains ?? []).map((domain) =>
    typeof domain === 'string' ? { host: domain, aliasOf: null } : { host: domain.host, aliasOf: domain.alias_of },
  );
  const kept = named.length === 0 && stored ? stored.domains : named;
  const domains = work.defaultDomains ? work.defaultDomains(kept) : kept;
  if (domains.length === 0)
    throw problemAt(work, path, 'tenant.domains is missing: name the hosts that reach the tenant.');
  for (const [index, { host, aliasOf }] of domains.entries()) {
    const target = domains.find((domain) => domain.host === aliasOf);
    if (aliasOf !== null && target?.aliasOf !== null) {
      throw problemAt(work, [...path, index], `${host} is an alias of ${aliasOf}, which is no domain of its own.`);
    }
  }
  const hosts = domains.map((domain) => domain.host);
  if (new Set(hosts).size < hosts.length) throw problemAt(work, path, 'tenant.domains names a host twice.');
  const taken = await work.stores.tenants.findOwnerOfHost(id, hosts, work.sql);
  if (taken !== null)
    throw problemAt(
      work,
      path,
      `${taken} already reaches another tenant. Name other domains; under \`dev\`, another --data-dir does too.`,
    );
  return domains;
}

/** What the settings name must be in the file or in the database already. */
async function requireDefaults({ sql, stores, file, ...work }: Workspace, tenant: Tenant): Promise<void> {
  const { databases, resourceServers } = file.content;
  const { id, defaultDirectory, defaultAudience } = tenant;
  const refuse = (member: string, noun: string) =>
    problemAt(
      { file, ...work },
      ['tenant', member],
      `tenant.${member} names no ${noun} of this file or of the tenant.`,
    );
  if (defaultDirectory !== null && databases && !databases.some((database) => database.name === defaultDirectory)) {
    const stored = await stores.connections.list(id, sql);
    if (!stored.some((connection) => connection.name === defaultDirectory))
      throw refuse('default_directory', 'database');
  }
  if (
    defaultAudience !== null &&
    resourceServers &&
    !resourceServers.some((api) => api.identifier === defaultAudience) &&
    (await stores.resourceServers.findByIdentifier(id, defaultAudience, sql)) === null
  ) {
    throw refuse('default_audience', 'resource server');
  }
}

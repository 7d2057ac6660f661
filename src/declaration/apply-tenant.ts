// The `tenant` section.
import { ADMINISTRATORS, type Connection, checksPasswords } from '../connection/connection.ts';
import { toConnection } from '../connection/read-connection.ts';
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
    flags: {
      removeAlgFromJwks: wire.flags?.remove_alg_from_jwks ?? false,
      tellsUserExists: wire.flags?.enable_public_signup_user_exists_error ?? false,
    },
    domains: await domainsOf(work, stored, id),
  };
  await requireDefaultAudience(work, tenant);
  await saveWhenChanged(work, 'tenant', tenant.name, stored, tenant, async () => {
    await stores.tenants.save(tenant, now, sql);
    await stores.resourceServers.addManagementApi(tenant.id, now, sql);
  });
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
async function requireDefaultAudience({ sql, stores, file, ...work }: Workspace, tenant: Tenant): Promise<void> {
  const { resourceServers = [] } = file.content;
  const { id, defaultAudience } = tenant;
  if (
    defaultAudience !== null &&
    !resourceServers.some((api) => api.identifier === defaultAudience) &&
    (await stores.resourceServers.findByIdentifier(id, defaultAudience, sql)) === null
  ) {
    const words = 'tenant.default_audience names no resource server of this file or of the tenant.';
    throw problemAt({ file, ...work }, ['tenant', 'default_audience'], words);
  }
}

/** The default directory must be a connection that checks passwords; to be called when all of them are written. */
export async function requireDefaultDirectory(work: Workspace, { id, defaultDirectory }: Tenant): Promise<void> {
  if (defaultDirectory === null) return;
  const connections = (await work.stores.connections.list(id, work.sql)).map(toConnection);
  // Administrators log in by a client of their own, and nobody else's login is to ask their passwords.
  const fitting = connections.filter(checksPasswords).flatMap(({ name }) => (name === ADMINISTRATORS ? [] : [name]));
  if (fitting.includes(defaultDirectory)) return;
  const named = connections.find(({ name }) => name === defaultDirectory);
  const trouble = named ? whyNot(named) : `${defaultDirectory} is no connection of this file or of the tenant`;
  const choices = fitting.length === 0 ? 'there is none yet that can' : `these can: ${fitting.join(', ')}`;
  throw problemAt(work, ['tenant', 'default_directory'], `tenant.default_directory: ${trouble}; ${choices}.`);
}

function whyNot({ name, strategy }: Pick<Connection, 'name' | 'strategy'>): string {
  if (name === ADMINISTRATORS) return `${name} is for administrators alone`;
  return `${name} is a connection of the strategy ${strategy}, which cannot check passwords`;
}

// The commands about tenants themselves.

import { ConfigurationError } from '../../config/load-config.ts';
import { exportTenantSection } from '../../declaration/export-tenant-section.ts';
import { checkTenantFile } from '../../declaration/tenant-file.ts';
import { bumpConfigurationVersion } from '../../storage/configuration-version.ts';
import { createStores, type Stores } from '../../stores.ts';
import { type Tenant, TenantWire } from '../../tenant/tenant.ts';
import { applyTo } from '../apply.ts';
import { type Invocation, show } from '../command.ts';
import { withGround } from '../ground.ts';
import { alignedTable } from '../table.ts';
import { getTenant } from '../tenant-choice.ts';
import { memberName, showReport } from './apply-entry.ts';
import { withMembers } from './member-values.ts';
import type { Entry } from './noun.ts';

/** Makes a tenant with its signing keys. */
export async function createTenant(invocation: Invocation): Promise<void> {
  const [name = ''] = invocation.args;
  await withGround(invocation.configuration, async (ground) => {
    if (await createStores(ground).tenants.findByName(name)) {
      throw new ConfigurationError(`There is a tenant ${name} already. Change it with \`gatehouse tenant update\`.`);
    }
    const tenant = await withMembers(invocation, TenantWire, { name });
    const operation = 'gatehouse tenant create';
    const report = await applyTo(ground, checkTenantFile({ tenant }, memberName), null, { operation });
    showReport(invocation, report, tenant);
  });
}

/** Lists all tenants. */
export async function listTenants(invocation: Invocation): Promise<void> {
  await withGround(invocation.configuration, async (ground) => {
    const stores = createStores(ground);
    const entries = (await stores.tenants.list()).map((tenant) => entryOf(stores, tenant));
    const rows = entries.map(({ name, domains, default_directory: directory }) => [
      String(name),
      ((domains ?? []) as (string | { host: string })[])
        .map((domain) => (typeof domain === 'string' ? domain : domain.host))
        .join(', '),
      typeof directory === 'string' ? directory : '',
    ]);
    const heads = ['name', 'domains', 'default_directory'];
    show(invocation, entries, rows.length === 0 ? ['There is no tenant.'] : alignedTable(heads, rows));
  });
}

/** Shows one tenant. */
export async function showTenant(invocation: Invocation): Promise<void> {
  await withGround(invocation.configuration, async (ground) => {
    const stores = createStores(ground);
    const entry = entryOf(stores, await getTenant(stores, invocation.args[0] ?? null));
    const { stringify } = await import('yaml');
    show(invocation, entry, [stringify(entry).trimEnd()]);
  });
}

/** Changes settings of one tenant. */
export async function updateTenant(invocation: Invocation): Promise<void> {
  await withGround(invocation.configuration, async (ground) => {
    const stores = createStores(ground);
    const before = entryOf(stores, await getTenant(stores, invocation.args[0] ?? null));
    const tenant = await withMembers(invocation, TenantWire, before);
    if (tenant === before) throw new ConfigurationError('Say what to change, such as --set friendly_name=Acme.');
    const operation = 'gatehouse tenant update';
    const report = await applyTo(ground, checkTenantFile({ tenant }, memberName), null, { operation });
    showReport(invocation, report, tenant);
  });
}

/** Removes a tenant and everything in it. */
export async function deleteTenant(invocation: Invocation): Promise<void> {
  const [name = ''] = invocation.args;
  await withGround(invocation.configuration, async (ground) => {
    const tenant = await getTenant(createStores(ground), name);
    if (invocation.flags['yes'] !== true) {
      throw new ConfigurationError(
        `This removes the tenant ${name} with its users, keys and logs for good. Make a backup, and add --yes.`,
      );
    }
    await ground.database.withoutTimeout((database) =>
      database.transaction().execute(async (sql) => {
        await createStores(ground).tenants.delete(tenant.id, sql);
        await bumpConfigurationVersion(sql);
      }),
    );
    show(invocation, { deleted: name }, [`deleted tenant ${name}`]);
  });
}

function entryOf(stores: Stores, tenant: Tenant): Entry {
  return exportTenantSection({ stores, tenant, withSecrets: false, notes: [] });
}

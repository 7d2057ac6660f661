// Which tenant a command is about.

import { ConfigurationError } from '../config/load-config.ts';
import type { Stores } from '../stores.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** The tenant of this name, or the only one there is; throws a plain error that names those to choose from. */
export async function getTenant({ tenants }: Pick<Stores, 'tenants'>, name: string | null): Promise<Tenant> {
  const all = await tenants.list();
  const chosen = name === null ? (all.length === 1 ? all[0] : undefined) : all.find((tenant) => tenant.name === name);
  if (chosen) return chosen;
  if (all.length === 0) {
    throw new ConfigurationError(
      'There is no tenant yet. Make one with `gatehouse tenant create` or `gatehouse apply`.',
    );
  }
  const names = all.map((tenant) => tenant.name).join(', ');
  throw new ConfigurationError(
    name === null
      ? `There are several tenants: choose one with --tenant. There are: ${names}.`
      : `There is no tenant ${name}. There are: ${names}.`,
  );
}

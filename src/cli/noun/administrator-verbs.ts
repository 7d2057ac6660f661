// The commands about administrators of a tenant.

import { ConfigurationError } from '../../config/load-config.ts';
import { ADMINISTRATORS } from '../../connection/connection.ts';
import { ADMINISTRATOR_STRENGTH, createAdministrator, roleOfAdministrator } from '../../declaration/administrator.ts';
import { weaknessOf } from '../../directory/database/password-strength.ts';
import { createHasher } from '../../ground.ts';
import { Secret } from '../../lib/secret.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createApplyAudit } from '../operator-audit.ts';
import { alignedTable } from '../table.ts';
import type { NounWork } from './noun.ts';
import { withTenant } from './verbs.ts';

/** Makes an administrator, whose password is typed unseen or read from standard input. */
export async function createAdmin(invocation: Invocation): Promise<void> {
  const [email = ''] = invocation.args;
  const { terminal } = invocation;
  const variable = textFlag(invocation, 'env');
  await withTenant(invocation, async (work) => {
    if ((await listAll(work)).some((one) => one.email === email)) {
      throw new ConfigurationError(
        `${email} is an administrator already. Change the password with \`gatehouse user set-password ${email}\`.`,
      );
    }
    const typed =
      variable === null ? await terminal.askSecret(`Password of ${email}: `) : terminal.environment[variable];
    if (typed === undefined) throw new ConfigurationError(`The environment has no ${variable}, which --env names.`);
    const password = new Secret(typed);
    if (weaknessOf(ADMINISTRATOR_STRENGTH, password)) {
      throw new ConfigurationError(
        'The password is too weak: take 8 characters or more, of three kinds among small and capital letters, digits and others.',
      );
    }
    const kind = invocation.flags['viewer'] === true ? 'viewer' : 'administrator';
    const { ground, stores, tenant } = work;
    const record = createApplyAudit(ground, 'gatehouse admin create');
    await createAdministrator(
      { ...ground, stores, hasher: createHasher(ground), defaultDomains: null, record },
      tenant,
      { email, password, kind },
    );
    show(invocation, { email, kind }, [`created ${kind} ${email}`]);
  });
}

/** Lists the administrators. */
export async function listAdmins(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const all = await listAll(work);
    const rows = all.map(({ email, kind, user_id: id }) => [email ?? '', kind, id]);
    const lines = rows.length === 0 ? ['There is no administrator.'] : alignedTable(['email', 'kind', 'user_id'], rows);
    show(invocation, all, lines);
  });
}

async function listAll({ stores, tenant }: NounWork) {
  const own = (await stores.connections.list(tenant.id)).find(({ name }) => name === ADMINISTRATORS);
  if (!own) return [];
  const full = await stores.roles.findByName(tenant.id, roleOfAdministrator('administrator'));
  const ids = await stores.users.listIdsOf(tenant.id, own.id);
  return Promise.all(
    ids.map(async (userId) => {
      const user = await stores.users.findById(tenant.id, userId);
      const { roleIds } = await stores.roleAssignments.find(tenant.id, userId);
      const kind = full && roleIds.includes(full.id) ? 'administrator' : 'viewer';
      return { email: user?.email ?? null, kind, user_id: userId };
    }),
  );
}

// Roles on the command line, called by their names.
import { exportRole } from '../../declaration/export-roles.ts';
import { RoleWire } from '../../role/role.ts';
import type { Noun } from './noun.ts';

/** The noun. */
export const roleNoun: Noun = {
  name: 'role',
  sectionOf: () => 'roles',
  nameMember: () => 'name',
  schemaOf: () => RoleWire,
  columns: ['name', 'description', 'permissions'],
  list: async ({ stores, tenant }, most) => (await stores.roles.list(tenant.id)).slice(0, most).map(exportRole),
  async find({ stores, tenant }, called) {
    const role = await stores.roles.findByName(tenant.id, called);
    return role && { entry: exportRole(role), remove: (sql) => stores.roles.delete(tenant.id, role.id, sql) };
  },
};

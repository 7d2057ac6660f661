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
  async list({ stores, tenant, exporting }, most) {
    const roles = await stores.roles.list(tenant.id);
    return roles.slice(0, most).map((role) => exportRole(exporting, role));
  },
  async find({ stores, tenant, exporting }, called) {
    const role = await stores.roles.findByName(tenant.id, called);
    return (
      role && { entry: exportRole(exporting, role), remove: (sql) => stores.roles.delete(tenant.id, role.id, sql) }
    );
  },
};

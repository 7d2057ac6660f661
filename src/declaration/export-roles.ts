// The `roles` section of an export, and what users are given.
import { shownAudience } from '../resource-server/management-audience.ts';
import type { Permission, PermissionWire, Role, RoleWire } from '../role/role.ts';
import type { RoleAssignment } from '../role/role-assignment-store.ts';
import { type ExportWork, issuerOfExport, withoutEmpty } from './export-workspace.ts';

/** The roles as `apply` reads them. */
export async function exportRoles(work: ExportWork): Promise<RoleWire[]> {
  const roles = await work.stores.roles.list(work.tenant.id);
  return roles.map((role) => exportRole(work, role));
}

/** One role. */
export function exportRole(work: ExportWork, { name, description, permissions }: Role): RoleWire {
  return { name, ...withoutEmpty({ description, permissions: permissions.map((one) => toWire(work, one)) }) };
}

/** Names what users are given; looks the roles up once for all users. */
export async function createAssignmentWriter(work: ExportWork) {
  const { stores, tenant } = work;
  const names = new Map((await stores.roles.list(tenant.id)).map((role): [string, string] => [role.id, role.name]));
  return ({ roleIds, permissions }: RoleAssignment) =>
    withoutEmpty({
      roles: roleIds.flatMap((id) => names.get(id) ?? []).toSorted(),
      permissions: permissions.map((one) => toWire(work, one)),
    });
}

function toWire(work: ExportWork, { resourceServerIdentifier, permissionName }: Permission): PermissionWire {
  const identifier = shownAudience(issuerOfExport(work), resourceServerIdentifier);
  return { resource_server_identifier: identifier, permission_name: permissionName };
}

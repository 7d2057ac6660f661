// The `roles` section of an export, and what users are given.
import type { Permission, PermissionWire, Role, RoleWire } from '../role/role.ts';
import type { RoleAssignment } from '../role/role-assignment-store.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';

/** The roles as `apply` reads them. */
export async function exportRoles(work: ExportWork): Promise<RoleWire[]> {
  return (await work.stores.roles.list(work.tenant.id)).map(exportRole);
}

/** One role. */
export function exportRole({ name, description, permissions }: Role): RoleWire {
  return { name, ...withoutEmpty({ description, permissions: permissions.map(toWire) }) };
}

/** Names what users are given; looks the roles up once for all users. */
export async function createAssignmentWriter({ stores, tenant }: ExportWork) {
  const names = new Map((await stores.roles.list(tenant.id)).map((role): [string, string] => [role.id, role.name]));
  return ({ roleIds, permissions }: RoleAssignment) =>
    withoutEmpty({
      roles: roleIds.flatMap((id) => names.get(id) ?? []).toSorted(),
      permissions: permissions.map(toWire),
    });
}

function toWire({ resourceServerIdentifier, permissionName }: Permission): PermissionWire {
  return { resource_server_identifier: resourceServerIdentifier, permission_name: permissionName };
}

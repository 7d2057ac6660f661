// The `roles` section, and what users are given: roles by name, permissions directly.
import { randomAlphanumeric } from '../lib/id.ts';
import { MANAGEMENT_API, storedAudience } from '../resource-server/management-audience.ts';
import { inOrder, type Permission, type PermissionWire, type Role, type RoleId } from '../role/role.ts';
import type { RoleAssignment } from '../role/role-assignment-store.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { UserWire } from '../user/user.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the roles of the file. */
export async function applyRoles(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  const readPermissions = await createPermissionReader(work, tenant);
  for (const [index, wire] of (file.content.roles ?? []).entries()) {
    const stored = await stores.roles.findByName(tenant.id, wire.name, sql);
    const role: Role = {
      id: stored?.id ?? (`rol_${randomAlphanumeric(16)}` as RoleId),
      name: wire.name,
      description: wire.description ?? null,
      permissions: readPermissions(['roles', index, 'permissions'], wire.permissions ?? []),
    };
    await saveWhenChanged(work, 'role', role.name, stored, role, () => stores.roles.save(tenant.id, role, now, sql));
  }
}

/** Reads what an entry of `users` gives the user; throws when there is no such role or no such scope. */
type AssignmentReader = (path: FilePath, wire: UserWire) => RoleAssignment;

/** Looks up roles and APIs once for all users of the file. */
export async function createAssignmentReader(work: Workspace, tenant: Tenant): Promise<AssignmentReader> {
  const readPermissions = await createPermissionReader(work, tenant);
  const roles = await work.stores.roles.list(tenant.id, work.sql);
  const ids = new Map(roles.map((role): [string, RoleId] => [role.name, role.id]));
  return (path, wire) => {
    const roleIds = (wire.roles ?? []).map((name, position) => {
      const id = ids.get(name);
      if (id === undefined) throw problemAt(work, [...path, 'roles', position], `There is no role ${name}.`);
      return id;
    });
    return {
      roleIds: [...new Set(roleIds)].toSorted(),
      permissions: readPermissions([...path, 'permissions'], wire.permissions ?? []),
    };
  };
}

async function createPermissionReader(work: Workspace, tenant: Tenant) {
  const apis = await work.stores.resourceServers.list(tenant.id, work.sql);
  const scopes = new Map(apis.map((api) => [api.identifier, new Set(api.scopes.map((scope) => scope.value))]));
  return (path: FilePath, entries: readonly PermissionWire[]): Permission[] =>
    inOrder(
      entries.map((entry, position) => {
        const { resource_server_identifier: called, permission_name: name } = entry;
        const identifier = storedAudience(tenant, called);
        const known = called === MANAGEMENT_API ? undefined : scopes.get(identifier);
        const words = known ? `${called} has no scope ${name}.` : `There is no resource server ${called}.`;
        if (known?.has(name) !== true) throw problemAt(work, [...path, position], words);
        return { resourceServerIdentifier: identifier, permissionName: name };
      }),
    );
}

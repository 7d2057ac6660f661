// Management: who has which roles and permissions.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import {
  CHECKPOINT_QUERY,
  checkpointReply,
  isCheckpoint,
  listReply,
  PAGE_QUERY,
  pageReply,
  readCheckpoint,
  windowOf,
} from '../management/pagination.ts';
import { createPermissionReader, PermissionsBody, showPermission } from '../management/permissions.ts';
import type { UserChanges } from '../management/user-changes.ts';
import type { Sql } from '../storage/database.ts';
import type { Permission, Role, RoleId } from './role.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly users: UserChanges;
}

const USER = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };
const ROLE = { id: { description: 'The id of the role.', example: 'rol_0123456789abcdef' } };
const RolesBody = Type.Object(
  { roles: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 50 }) },
  { additionalProperties: false },
);
const UsersBody = Type.Object(
  { users: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 50 }) },
  { additionalProperties: false },
);
const EXAMPLE_ROLES = { body: { roles: ['rol_0123456789abcdef'] } };
const EXAMPLE_PERMISSIONS = {
  body: { permissions: [{ resource_server_identifier: 'https://someapi.com/api', permission_name: 'write:sample' }] },
};
const MOST_ROLES = 50;
const MOST_PERMISSIONS = 1000;

/** The endpoints of assignments. */
export function createRoleAssignmentEndpoints({ stores, changes, users }: Parts): Endpoint[] {
  const readPermissions = createPermissionReader(stores);

  async function getRole({ tenant, params }: Call): Promise<Role> {
    const role = await stores.roles.findById(tenant.id, params['id'] ?? '');
    if (!role) throw apiRefusals.missing('role');
    return role;
  }

  async function requireRoles({ tenant }: Call, ids: readonly string[], sql: Sql): Promise<RoleId[]> {
    for (const id of ids) if (!(await stores.roles.findById(tenant.id, id, sql))) throw apiRefusals.missing('role');
    return [...new Set(ids)] as RoleId[];
  }

  function assign(
    call: Call,
    userIds: readonly string[],
    member: 'roles' | 'permissions',
    work: (userId: string, sql: Sql) => Promise<void>,
  ): Promise<void> {
    return changes.write(call, async (sql) => {
      for (const userId of userIds) {
        await stores.users.lock(call.tenant.id, userId, sql);
        await users.getChangeable(call.tenant.id, userId, sql);
        await work(userId, sql);
      }
      const told = userIds.map((name) => ({ action: 'updated', noun: 'user', name, members: [member] }) as const);
      return { result: undefined, changes: told };
    });
  }

  async function giveRoles(call: Call, userId: string, roleIds: readonly RoleId[], sql: Sql): Promise<void> {
    await stores.roleAssignments.add(call.tenant.id, userId, { roleIds, permissions: [] }, sql);
    const { roleIds: held } = await stores.roleAssignments.find(call.tenant.id, userId, sql);
    if (held.length > MOST_ROLES) {
      throw apiRefusals.badRequest(`A user has ${MOST_ROLES} roles at most.`, 'too_many_roles');
    }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/users/{id}/roles',
      tag: 'users',
      summary: 'List the roles of a user',
      scopes: ['read:users', 'read:roles', 'read:role_members'],
      params: USER,
      query: Type.Object(PAGE_QUERY, { additionalProperties: false }),
      status: 200,
      async handle({ tenant, params, query }) {
        const { userId } = await users.getUser(tenant.id, params['id'] ?? '');
        const { roleIds } = await stores.roleAssignments.find(tenant.id, userId);
        const roles = (await stores.roles.list(tenant.id)).filter(({ id }) => roleIds.includes(id));
        return listReply(
          query,
          'roles',
          roles,
          ({ id }) => id,
          ({ id, name, description }) => ({
            id,
            name,
            ...(description === null ? {} : { description }),
          }),
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/users/{id}/roles',
      tag: 'users',
      summary: 'Give a user roles',
      scopes: ['update:users', 'create:role_members'],
      params: USER,
      body: RolesBody,
      example: EXAMPLE_ROLES,
      status: 204,
      handle: (call) =>
        assign(call, [call.params['id'] ?? ''], 'roles', async (userId, sql) =>
          giveRoles(call, userId, await requireRoles(call, call.body.roles, sql), sql),
        ),
    }),
    endpoint({
      method: 'DELETE',
      path: '/users/{id}/roles',
      tag: 'users',
      summary: 'Take roles from a user',
      scopes: ['update:users', 'delete:role_members'],
      params: USER,
      body: RolesBody,
      example: EXAMPLE_ROLES,
      status: 204,
      handle: (call) =>
        assign(call, [call.params['id'] ?? ''], 'roles', (userId, sql) =>
          stores.roleAssignments.remove(
            call.tenant.id,
            userId,
            { roleIds: call.body.roles as RoleId[], permissions: [] },
            sql,
          ),
        ),
    }),
    endpoint({
      method: 'GET',
      path: '/users/{id}/permissions',
      tag: 'users',
      summary: 'List the permissions of a user, and where each comes from',
      scopes: ['read:users'],
      params: USER,
      query: Type.Object(PAGE_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { tenant, params, query, issuer } = call;
        const { userId } = await users.getUser(tenant.id, params['id'] ?? '');
        const held = await stores.roleAssignments.find(tenant.id, userId);
        const roles = (await stores.roles.list(tenant.id)).filter(({ id }) => held.roleIds.includes(id));
        const apis = await stores.resourceServers.list(tenant.id);
        const list = withSources(held.permissions, roles);
        return listReply(
          query,
          'permissions',
          list,
          ({ permission }) => keyOf(permission),
          ({ permission, sources }) => ({
            ...showPermission(permission, apis, issuer),
            sources,
          }),
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/users/{id}/permissions',
      tag: 'users',
      summary: 'Give a user permissions directly',
      scopes: ['update:users'],
      params: USER,
      body: PermissionsBody,
      example: EXAMPLE_PERMISSIONS,
      status: 201,
      async handle(call) {
        await assign(call, [call.params['id'] ?? ''], 'permissions', async (userId, sql) => {
          const permissions = await readPermissions(call, call.body, sql);
          await stores.roleAssignments.add(call.tenant.id, userId, { roleIds: [], permissions }, sql);
          const { permissions: held } = await stores.roleAssignments.find(call.tenant.id, userId, sql);
          if (held.length > MOST_PERMISSIONS) {
            throw apiRefusals.badRequest(`A user has ${MOST_PERMISSIONS} permissions at most.`, 'too_many_permissions');
          }
        });
        return {};
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/users/{id}/permissions',
      tag: 'users',
      summary: 'Take permissions from a user that were given directly',
      scopes: ['update:users'],
      params: USER,
      body: PermissionsBody,
      example: EXAMPLE_PERMISSIONS,
      status: 204,
      handle: (call) =>
        assign(call, [call.params['id'] ?? ''], 'permissions', async (userId, sql) => {
          const permissions = await readPermissions(call, call.body, sql);
          await stores.roleAssignments.remove(call.tenant.id, userId, { roleIds: [], permissions }, sql);
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/roles/{id}/users',
      tag: 'roles',
      summary: 'List who has a role',
      scopes: ['read:users', 'read:roles', 'read:role_members'],
      params: ROLE,
      query: Type.Object(CHECKPOINT_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { tenant, query } = call;
        const { id } = await getRole(call);
        const show = async (ids: readonly string[]) => {
          const found = await Promise.all(ids.map((userId) => stores.users.findById(tenant.id, userId)));
          return found.flatMap((user) => (user ? [showMember(user)] : []));
        };
        if (isCheckpoint(query)) {
          const limit = query.take ?? 50;
          const after = query.from === undefined ? null : readCheckpoint(query.from);
          const ids = await stores.roleAssignments.listMembers(tenant.id, id, { after, start: 0, limit: limit + 1 });
          const page = ids.slice(0, limit);
          return checkpointReply('users', await show(page), ids.length > limit ? (page.at(-1) ?? null) : null);
        }
        const window = windowOf(query);
        const ids = await stores.roleAssignments.listMembers(tenant.id, id, { after: null, ...window });
        const total = query.include_totals === true ? await stores.roleAssignments.countMembers(tenant.id, id) : 0;
        return pageReply(query, 'users', await show(ids), { ...window, total });
      },
    }),
    endpoint({
      method: 'POST',
      path: '/roles/{id}/users',
      tag: 'roles',
      summary: 'Give users a role',
      scopes: ['create:role_members', 'update:users'],
      params: ROLE,
      body: UsersBody,
      example: { body: { users: ['auth0|67e9930075b689b7db2688df'] } },
      status: 200,
      async handle(call) {
        const { id } = await getRole(call);
        await assign(call, call.body.users, 'roles', (userId, sql) => giveRoles(call, userId, [id], sql));
        return {};
      },
    }),
  ];
}

function showMember({
  userId,
  email,
  name,
  picture,
}: {
  userId: string;
  email: string | null;
  name: string | null;
  picture: string | null;
}) {
  return {
    user_id: userId,
    ...(email === null ? {} : { email }),
    ...(name === null ? {} : { name }),
    ...(picture === null ? {} : { picture }),
  };
}

function keyOf({ resourceServerIdentifier, permissionName }: Permission): string {
  return `${resourceServerIdentifier} ${permissionName}`;
}

/** Each permission once, with everything that gives it. */
function withSources(direct: readonly Permission[], roles: readonly Role[]) {
  const given = [
    ...direct.map((permission) => [permission, { source_id: '', source_name: '', source_type: 'DIRECT' }] as const),
    ...roles.flatMap(({ id, name, permissions }) =>
      permissions.map((permission) => [permission, { source_id: id, source_name: name, source_type: 'ROLE' }] as const),
    ),
  ];
  const byKey = Map.groupBy(given, ([permission]) => keyOf(permission));
  return [...byKey.values()].flatMap((list) => {
    const [first] = list;
    return first ? [{ permission: first[0], sources: list.map(([, source]) => source) }] : [];
  });
}

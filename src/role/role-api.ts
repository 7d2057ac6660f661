// Management: roles and the permissions they carry.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { listReply, PAGE_QUERY } from '../management/pagination.ts';
import { createPermissionReader, PermissionsBody, showPermission } from '../management/permissions.ts';
import type { Sql } from '../storage/database.ts';
import { inOrder, type Permission, type Role, type RoleId, RoleWire } from './role.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'roles';
const ID = { id: { description: 'The id of the role.', example: 'rol_0123456789abcdef' } };
const NewRole = Type.Object(
  { name: RoleWire.properties.name, description: RoleWire.properties.description },
  { additionalProperties: false },
);
const ChangedRole = Type.Object(
  { name: Type.Optional(RoleWire.properties.name), description: RoleWire.properties.description },
  { additionalProperties: false, minProperties: 1 },
);
const MOST_PERMISSIONS = 1000;

/** The endpoints of roles. */
export function createRoleEndpoints({ stores, changes, clock }: Parts): Endpoint[] {
  const readPermissions = createPermissionReader(stores);

  async function getRole({ tenant, params }: Call, sql?: Sql): Promise<Role> {
    const role = await stores.roles.findById(tenant.id, params['id'] ?? '', sql);
    if (!role) throw apiRefusals.missing('role');
    return role;
  }

  async function requireFreeName({ tenant }: Call, name: string, own: RoleId | null, sql: Sql): Promise<void> {
    const other = await stores.roles.findByName(tenant.id, name, sql);
    if (other && other.id !== own)
      throw apiRefusals.conflict(`A role with name "${name}" already exists`, 'role_conflict');
  }

  async function save(
    call: Call,
    change: (role: Role, sql: Sql) => Promise<Role>,
    members: readonly string[],
  ): Promise<Role> {
    return changes.configure(call, async (sql) => {
      const role = await change(await getRole(call, sql), sql);
      await stores.roles.save(call.tenant.id, role, clock.now(), sql);
      return { result: role, changes: [{ action: 'updated', noun: 'role', name: role.name, members }] };
    });
  }

  return [
    endpoint({
      method: 'GET',
      path: '/roles',
      tag: TAG,
      summary: 'List roles',
      scopes: ['read:roles'],
      query: Type.Object(
        {
          ...PAGE_QUERY,
          name_filter: Type.Optional(Type.String({ maxLength: 255, description: 'A part of the name.' })),
          type: Type.Optional(Type.Literal('tenant')),
        },
        { additionalProperties: false },
      ),
      example: { query: { name_filter: 'read' } },
      status: 200,
      async handle({ query, tenant }) {
        const part = query.name_filter?.toLowerCase() ?? '';
        const roles = (await stores.roles.list(tenant.id)).filter(({ name }) => name.toLowerCase().includes(part));
        return listReply(query, 'roles', roles, ({ id }) => id, showRole);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/roles',
      tag: TAG,
      summary: 'Create a role',
      scopes: ['create:roles'],
      body: NewRole,
      example: { body: { name: 'auditor', description: 'Reads everything' } },
      status: 200,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { body, tenant } = call;
          await requireFreeName(call, body.name, null, sql);
          const id = `rol_${randomAlphanumeric(16)}` as RoleId;
          const role: Role = { id, name: body.name, description: body.description ?? null, permissions: [] };
          await stores.roles.save(tenant.id, role, clock.now(), sql);
          const change = { action: 'created', noun: 'role', name: role.name, members: Object.keys(body) } as const;
          return { result: showRole(role), changes: [change] };
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/roles/{id}',
      tag: TAG,
      summary: 'Show a role',
      scopes: ['read:roles'],
      params: ID,
      status: 200,
      handle: async (call) => showRole(await getRole(call)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/roles/{id}',
      tag: TAG,
      summary: 'Change a role',
      scopes: ['update:roles'],
      params: ID,
      body: ChangedRole,
      example: { body: { description: 'Reads what others write' } },
      status: 200,
      async handle(call) {
        const { body } = call;
        const change = async (role: Role, sql: Sql): Promise<Role> => {
          if (body.name !== undefined) await requireFreeName(call, body.name, role.id, sql);
          return { ...role, name: body.name ?? role.name, description: body.description ?? role.description };
        };
        return showRole(await save(call, change, Object.keys(body)));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/roles/{id}',
      tag: TAG,
      summary: 'Delete a role, and take it from everybody who has it',
      scopes: ['delete:roles'],
      params: ID,
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { id, name } = await getRole(call, sql);
          await stores.roles.delete(call.tenant.id, id, sql);
          return { result: undefined, changes: [{ action: 'deleted', noun: 'role', name, members: [] }] };
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/roles/{id}/permissions',
      tag: TAG,
      summary: 'List the permissions of a role',
      scopes: ['read:roles'],
      params: ID,
      query: Type.Object(PAGE_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { query, tenant, issuer } = call;
        const { permissions } = await getRole(call);
        const apis = await stores.resourceServers.list(tenant.id);
        return listReply(query, 'permissions', permissions, keyOf, (one) => showPermission(one, apis, issuer));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/roles/{id}/permissions',
      tag: TAG,
      summary: 'Add permissions to a role',
      scopes: ['update:roles'],
      params: ID,
      body: PermissionsBody,
      example: {
        body: {
          permissions: [{ resource_server_identifier: 'https://someapi.com/api', permission_name: 'read:sample' }],
        },
      },
      status: 201,
      async handle(call) {
        await save(
          call,
          async (role, sql) => {
            const permissions = inOrder([...role.permissions, ...(await readPermissions(call, call.body, sql))]);
            if (permissions.length > MOST_PERMISSIONS) {
              throw apiRefusals.badRequest(
                `A role has ${MOST_PERMISSIONS} permissions at most.`,
                'too_many_permissions',
              );
            }
            return { ...role, permissions };
          },
          ['permissions'],
        );
        return {};
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/roles/{id}/permissions',
      tag: TAG,
      summary: 'Take permissions from a role',
      scopes: ['update:roles'],
      params: ID,
      body: PermissionsBody,
      example: {
        body: {
          permissions: [{ resource_server_identifier: 'https://someapi.com/api', permission_name: 'read:sample' }],
        },
      },
      status: 204,
      async handle(call) {
        await save(
          call,
          async (role, sql) => {
            const taken = new Set((await readPermissions(call, call.body, sql)).map(keyOf));
            return { ...role, permissions: role.permissions.filter((one) => !taken.has(keyOf(one))) };
          },
          ['permissions'],
        );
      },
    }),
  ];
}

function showRole({ id, name, description }: Role): object {
  return { id, name, ...(description === null ? {} : { description }), type: 'tenant' };
}

function keyOf({ resourceServerIdentifier, permissionName }: Permission): string {
  return `${resourceServerIdentifier} ${permissionName}`;
}

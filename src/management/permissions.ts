// Permissions in the words of the Management API: what roles and users are given and lose.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import { MANAGEMENT_API, shownAudience, storedAudience } from '../resource-server/management-audience.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import { type Permission, PermissionWire } from '../role/role.ts';
import type { Sql } from '../storage/database.ts';
import type { Call } from './endpoint.ts';
import { requireHeld } from './require-held.ts';

/** A body that names permissions. */
export const PermissionsBody = Type.Object(
  { permissions: Type.Array(PermissionWire, { minItems: 1, maxItems: 1000 }) },
  { additionalProperties: false },
);
type PermissionsBody = Static<typeof PermissionsBody>;

/** The permissions that a body names; throws `ApiError` for those that do not exist, or are not the caller's to give. */
export type ReadPermissions = (call: Call, body: PermissionsBody, sql: Sql) => Promise<Permission[]>;

/** Builds the reader. */
export function createPermissionReader(stores: { readonly resourceServers: ResourceServerStore }): ReadPermissions {
  return async (call, { permissions }, sql) => {
    const apis = await stores.resourceServers.list(call.tenant.id, sql);
    return permissions.map(({ resource_server_identifier: called, permission_name: permissionName }, index) => {
      const identifier = storedAudience(call.tenant, called);
      const api = called === MANAGEMENT_API ? undefined : apis.find((one) => one.identifier === identifier);
      if (!api?.scopes.some(({ value }) => value === permissionName)) {
        throw apiRefusals.invalidBody(`'There is no such scope of such an API' on property permissions.${index}.`);
      }
      requireHeld(call, identifier, [permissionName]);
      return { resourceServerIdentifier: identifier, permissionName };
    });
  };
}

/** The permission with what its API says of it. */
export function showPermission(
  { resourceServerIdentifier: identifier, permissionName }: Permission,
  apis: readonly ResourceServer[],
  issuer: string,
) {
  const api = apis.find((one) => one.identifier === identifier);
  const shown = shownAudience(issuer, identifier);
  return {
    permission_name: permissionName,
    description: api?.scopes.find(({ value }) => value === permissionName)?.description ?? '',
    resource_server_name: api?.name ?? shown,
    resource_server_identifier: shown,
  };
}

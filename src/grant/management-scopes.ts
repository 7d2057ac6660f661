// Which scopes of the Management API a user has: everybody those about themselves, administrators what their roles hold.
// Asked when a token is made, and again whenever one is shown: what is taken away is gone at once.
import { ADMINISTRATORS } from '../connection/connection.ts';
import type { ConnectionResolver } from '../connection/connection-resolver.ts';
import { CURRENT_USER_SCOPES, MANAGEMENT_API, MANAGEMENT_SCOPES } from '../resource-server/management-audience.ts';
import type { RoleAssignmentStore } from '../role/role-assignment-store.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';
import type { UserStore } from '../user/user-store.ts';

/** The scopes in the order of the API. */
export type ManagementScopesOf = (tenantId: TenantId, user: Pick<User, 'userId'>) => Promise<readonly string[]>;

interface Parts {
  readonly roleAssignments: RoleAssignmentStore;
  readonly connections: ConnectionResolver;
  readonly users: UserStore;
}

/** Builds the question over the stores. */
export function createManagementScopes({ roleAssignments, connections, users }: Parts): ManagementScopesOf {
  /** Security: roles of other users do not count, whoever gave them: only this connection's accounts are administrators. */
  async function isAdministrator(tenantId: TenantId, userId: string): Promise<boolean> {
    const own = await connections.findByName(tenantId, ADMINISTRATORS);
    if (!own) return false;
    const identities = await users.listIdentities(tenantId, userId);
    return identities.length === 1 && identities[0]?.connectionId === own.id;
  }

  return async (tenantId, { userId }) => {
    const held = await roleAssignments.listPermissionNames(tenantId, userId, MANAGEMENT_API);
    if (held.size === 0 || !(await isAdministrator(tenantId, userId))) return CURRENT_USER_SCOPES;
    return MANAGEMENT_SCOPES.filter((scope) => held.has(scope) || CURRENT_USER_SCOPES.includes(scope));
  };
}

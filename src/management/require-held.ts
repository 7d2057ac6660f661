// Nobody gives away what they do not have: scopes of the Management API are given by callers that have them, so that the
// right to make grants, roles or clients is not the right to everything.
import type { ClientGrantStore } from '../client/client-grant-store.ts';
import { apiRefusals } from '../error/api-error.ts';
import { MANAGEMENT_API } from '../resource-server/management-audience.ts';
import type { Sql } from '../storage/database.ts';
import type { Call } from './endpoint.ts';

/** Throws `ApiError` when scopes of the Management API are to be given that the caller lacks. */
export function requireHeld({ caller }: Call, storedAudience: string, scopes: readonly string[]): void {
  if (storedAudience !== MANAGEMENT_API) return;
  const lacking = scopes.filter((scope) => !caller.scopes.has(scope));
  if (lacking.length > 0) throw apiRefusals.cannotGive(lacking);
}

/**
 * True when the caller may do everything here that the client may: with its secret, or one of one's own choice, one is that
 * client.
 */
export async function holdsAllOfClient(
  { caller, tenant }: Call,
  grants: ClientGrantStore,
  clientId: string,
  sql?: Sql,
): Promise<boolean> {
  const grant = await grants.find(tenant.id, clientId, MANAGEMENT_API, 'client', sql);
  return grant === null || grant.scope.every((scope) => caller.scopes.has(scope));
}

/**
 * Throws `ApiError` when the caller is to say how a client proves itself that may do more here than the caller: with a
 * secret or key of one's own choice one is that client.
 */
export async function requireHeldOfClient(
  call: Call,
  grants: ClientGrantStore,
  clientId: string,
  sql?: Sql,
): Promise<void> {
  const grant = await grants.find(call.tenant.id, clientId, MANAGEMENT_API, 'client', sql);
  if (grant) requireHeld(call, MANAGEMENT_API, grant.scope);
}

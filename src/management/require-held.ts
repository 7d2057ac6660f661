// Nobody gives away what they do not have: scopes of the Management API are given by callers that have them, so that the
// right to make grants or roles is not the right to everything.
import { apiRefusals } from '../error/api-error.ts';
import { MANAGEMENT_API } from '../resource-server/management-audience.ts';
import type { Call } from './endpoint.ts';

/** Throws `ApiError` when scopes of the Management API are to be given that the caller lacks. */
export function requireHeld({ caller }: Call, storedAudience: string, scopes: readonly string[]): void {
  if (storedAudience !== MANAGEMENT_API) return;
  const lacking = scopes.filter((scope) => !caller.scopes.has(scope));
  if (lacking.length > 0) throw apiRefusals.cannotGive(lacking);
}

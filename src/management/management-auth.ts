// A Bearer token -> who calls the Management API, and what they may do now. A token is worth no more than its owner is at the
// moment: a client that lost a scope, or an administrator who lost a role, has lost it for tokens made before, too.

import type { ClientGrantStore } from '../client/client-grant-store.ts';
import type { ClientStore } from '../client/client-store.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { ManagementScopesOf } from '../grant/management-scopes.ts';
import { MANAGEMENT_API } from '../resource-server/management-audience.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { ResolvedTenant } from '../tenant/tenant-resolver.ts';
import type { VerifyAccessToken } from '../token/verify-access-token.ts';
import type { UserStore } from '../user/user-store.ts';
import type { Caller } from './endpoint.ts';

interface Parts {
  readonly verifyToken: VerifyAccessToken;
  readonly clients: ClientStore;
  readonly clientGrants: ClientGrantStore;
  readonly users: UserStore;
  readonly managementScopesOf: ManagementScopesOf;
  readonly cache: ConfigurationCache;
}

/** The caller of a request with this `Authorization` header, and the name of its client; throws `ApiError`. */
export type AuthenticateCaller = (
  resolved: ResolvedTenant,
  authorization: string | undefined,
) => Promise<Caller & { readonly clientName: string }>;

/** Builds the check. */
export function createManagementAuth(parts: Parts): AuthenticateCaller {
  const { verifyToken, clients, clientGrants, users, managementScopesOf, cache } = parts;

  return async ({ tenant, issuer }, authorization) => {
    if (authorization === undefined) throw apiRefusals.missingAuthentication();
    const text = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
    if (text === undefined) throw apiRefusals.invalidToken('Bad HTTP authentication header format');
    const token = await verifyToken(tenant.id, issuer, text);
    if ('refused' in token) throw refusalOf(token);
    const { clientId, subject } = token;
    const client = await clients.findById(tenant.id, clientId);
    if (!client) throw apiRefusals.invalidToken('Invalid token');
    const scopes = new Set(token.scope);
    if (subject === `${clientId}@clients`) {
      const key = `client-grant ${tenant.id} client ${clientId} ${MANAGEMENT_API}`;
      const grant = await cache.get(key, () => clientGrants.find(tenant.id, clientId, MANAGEMENT_API, 'client'));
      const granted = new Set(grant?.scope);
      return { clientId, clientName: client.name, userId: null, scopes: scopes.intersection(granted) };
    }
    const user = await users.findById(tenant.id, subject);
    if (!user || user.blocked) throw apiRefusals.invalidToken('Invalid token');
    const held = new Set(await managementScopesOf(tenant.id, user));
    return { clientId, clientName: client.name, userId: user.userId, scopes: scopes.intersection(held) };
  };
}

/** Auth0's words for what is wrong with a token. */
function refusalOf({ refused, audience }: { readonly refused: string; readonly audience?: string }) {
  if (refused === 'audience') return apiRefusals.invalidToken(`Bad audience: ${printable(audience ?? '')}`);
  if (refused === 'err_jwt_expired') {
    return apiRefusals.invalidToken('Expired token received for JSON Web Token validation');
  }
  return apiRefusals.invalidToken('Invalid token');
}

function printable(text: string): string {
  return text.slice(0, 256).replace(/[^\x20-\x7e]/g, '?');
}

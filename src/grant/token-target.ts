// What the tokens of a request are for: the API it names, and the scopes it gets there.
import type { Client } from '../client/client.ts';
import type { ClientGrant } from '../client/client-grant.ts';
import type { ClientGrantStore } from '../client/client-grant-store.ts';
import { refusals } from '../error/oauth-error.ts';
import {
  isManagementApi,
  MANAGEMENT_API,
  managementAudience,
  shownAudience,
} from '../resource-server/management-audience.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import { grantScope, parseScope } from '../resource-server/scope-policy.ts';
import type { RoleAssignmentStore } from '../role/role-assignment-store.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { userinfoAudience } from '../token/access-token.ts';
import type { Target } from '../token/token-issuer.ts';
import type { User } from '../user/user.ts';
import type { Login } from './grant.ts';
import type { ManagementScopesOf } from './management-scopes.ts';
import type { TokenRequest } from './token-request.ts';

interface Parts {
  readonly resourceServers: ResourceServerStore;
  readonly clientGrants: ClientGrantStore;
  readonly roleAssignments: RoleAssignmentStore;
  readonly cache: ConfigurationCache;
  /** The scopes of the Management API that a user has. */
  readonly managementScopesOf: ManagementScopesOf;
}

/** Resolves to the target or throws the refusal. */
export type ResolveTarget = (request: TokenRequest, client: Client, login: Login) => Promise<Target>;

/** Builds the step over the stores. */
export function createTargetResolver(parts: Parts): ResolveTarget {
  const { resourceServers, clientGrants, roleAssignments, cache, managementScopesOf } = parts;
  async function getApi(tenantId: TenantId, audience: string): Promise<ResourceServer> {
    const api = await cache.get(`api ${tenantId} ${audience}`, () =>
      resourceServers.findByIdentifier(tenantId, audience),
    );
    // The Management API has another audience at every host; how it is stored is nobody's business.
    if (!api || isManagementApi(api)) throw refusals.unknownAudience(audience);
    return api;
  }

  async function getManagementApi(tenantId: TenantId): Promise<ResourceServer> {
    const api = await cache.get(`api ${tenantId} ${MANAGEMENT_API}`, () =>
      resourceServers.findByIdentifier(tenantId, MANAGEMENT_API),
    );
    if (!api) throw new Error('A tenant without the Management API.');
    return api;
  }

  /** The scopes of this API that the client was granted for this kind of subject. */
  async function grantedScopes(
    tenantId: TenantId,
    client: Client,
    api: ResourceServer,
    subjectType: ClientGrant['subjectType'],
    issuer: string,
  ): Promise<string[]> {
    const grant = await cache.get(`client-grant ${tenantId} ${subjectType} ${client.clientId} ${api.identifier}`, () =>
      clientGrants.find(tenantId, client.clientId, api.identifier, subjectType),
    );
    if (!grant) throw refusals.clientGrantMissing(shownAudience(issuer, api.identifier));
    return scopesOf(api).filter((value) => grant.scope.includes(value));
  }

  /** The scopes of this API that the client may have for a user. */
  async function offeredScopes(
    tenantId: TenantId,
    client: Client,
    api: ResourceServer,
    issuer: string,
  ): Promise<string[]> {
    if (api.userPolicy === 'allow_all') return scopesOf(api);
    if (api.userPolicy === 'deny_all') throw refusals.clientGrantMissing(api.identifier);
    return grantedScopes(tenantId, client, api, 'user', issuer);
  }

  /** For a client that asks for itself: what it was granted, and a refusal for anything beyond. */
  async function targetOfClient({ arrival: { tenant, issuer }, audience, scope }: TokenRequest, client: Client) {
    const identifier = audience ?? tenant.defaultAudience;
    if (identifier === null) throw refusals.missingAudience();
    const isManagement = identifier === managementAudience(issuer);
    const api = isManagement ? await getManagementApi(tenant.id) : await getApi(tenant.id, identifier);
    const granted = await grantedScopes(tenant.id, client, api, 'client', issuer);
    // Security: no user, so nothing that would open the userinfo endpoint, even where an API has a scope of that name.
    const offered = granted.filter((value) => value !== 'openid');
    const requested = parseScope(scope);
    const beyond = requested.filter((value) => !offered.includes(value));
    if (beyond.length > 0) throw refusals.scopesNotGranted(beyond);
    const given = requested.length === 0 ? offered : requested;
    return { api: named(api, identifier), scope: given, permissions: api.enforcePolicies ? given : null };
  }

  /** For a user: what the API and the client's grant offer, and under role-based access control only what the user may do. */
  async function targetOfUser(request: TokenRequest, client: Client, user: User): Promise<Target> {
    const { tenant, issuer } = request.arrival;
    const requested = parseScope(request.scope);
    const audience = request.audience ?? tenant.defaultAudience;
    if (audience === null || audience === userinfoAudience(issuer)) {
      return { api: null, scope: grantScope(requested, null), permissions: null };
    }
    if (audience === managementAudience(issuer)) {
      const api = await getManagementApi(tenant.id);
      const held = await managementScopesOf(tenant.id, user);
      return { api: named(api, audience), scope: grantScope(requested, held), permissions: null };
    }
    const api = await getApi(tenant.id, audience);
    const offered = await offeredScopes(tenant.id, client, api, issuer);
    if (!api.enforcePolicies) return { api, scope: grantScope(requested, offered), permissions: null };
    const held = await roleAssignments.listPermissionNames(tenant.id, user.userId, api.identifier);
    // A permission whose scope the API has dropped is none any more.
    const permissions = scopesOf(api).filter((value) => held.has(value));
    const permitted = offered.filter((value) => held.has(value));
    return { api, scope: grantScope(requested, permitted), permissions };
  }

  return (request, client, { user }) => (user ? targetOfUser(request, client, user) : targetOfClient(request, client));
}

/** The API as the request named it, which is what its tokens say. */
function named(api: ResourceServer, identifier: string): ResourceServer {
  return api.identifier === identifier ? api : { ...api, identifier };
}

function scopesOf(api: ResourceServer): string[] {
  return api.scopes.map((scope) => scope.value);
}

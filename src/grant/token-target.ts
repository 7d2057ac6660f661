// What the tokens of a request are for: the API it names, and the scopes it gets there.
import { type Client, REFRESH_TOKEN_GRANT } from '../client/client.ts';
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
import { grantScope, OFFLINE_ACCESS, OIDC_SCOPES, parseScope } from '../resource-server/scope-policy.ts';
import type { RoleAssignmentStore } from '../role/role-assignment-store.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { userinfoAudience } from '../token/access-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
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

/** A target, and whether the client may come back for it without the user. */
export interface GrantedTarget extends Target {
  /** True when the answer gets a refresh token. */
  readonly allowsRefresh: boolean;
  /** What the request said and this server ignored, in words for the log. */
  readonly warnings: readonly string[];
}

/** Resolves to the target or throws the refusal. */
export type ResolveTarget = (request: TokenRequest, client: Client, login: Login) => Promise<GrantedTarget>;

/** Of the scopes that an API offers, those that this request gets. */
type GrantScope = (offeredByApi: readonly string[] | null) => string[];

/** Builds the step over the stores. */
export function createTargetResolver(parts: Parts): ResolveTarget {
  const { resourceServers, clientGrants, roleAssignments, cache, managementScopesOf } = parts;
  async function findApi(tenantId: TenantId, audience: string): Promise<ResourceServer | null> {
    const api = await cache.get(`api ${tenantId} ${audience}`, () =>
      resourceServers.findByIdentifier(tenantId, audience),
    );
    // The Management API has another audience at every host; how it is stored is nobody's business.
    return api && !isManagementApi(api) ? api : null;
  }

  async function getApi(tenantId: TenantId, audience: string): Promise<ResourceServer> {
    const api = await findApi(tenantId, audience);
    if (!api) throw refusals.unknownAudience(audience);
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

  /** What this user may do there at present, as the client's grant and role-based access control have it. */
  async function targetAtApi(
    { tenant, issuer }: TokenRequest['arrival'],
    client: Client,
    user: User,
    api: ResourceServer,
    grant: GrantScope,
  ): Promise<Target> {
    // Security: an API may call a scope of its own so; it is none that opens a way back without the user.
    const offered = (await offeredScopes(tenant.id, client, api, issuer)).filter((value) => value !== OFFLINE_ACCESS);
    if (!api.enforcePolicies) return { api, scope: grant(offered), permissions: null };
    const held = await roleAssignments.listPermissionNames(tenant.id, user.userId, api.identifier);
    // A permission whose scope the API has dropped is none any more.
    const permissions = scopesOf(api).filter((value) => held.has(value));
    const permitted = offered.filter((value) => held.has(value));
    return { api, scope: grant(permitted), permissions };
  }

  /** For a user who logs in: what the API and the client's grant offer, and under role-based access control only what the user may do. */
  async function targetOfLogin(request: TokenRequest, client: Client, user: User): Promise<GrantedTarget> {
    const { tenant, issuer } = request.arrival;
    const requested = parseScope(request.scope);
    const grant: GrantScope = (offered) => grantScope(requested, offered);
    const audience = request.audience ?? tenant.defaultAudience;
    const targeted = async (): Promise<Target> => {
      if (audience === null || audience === userinfoAudience(issuer)) {
        return { api: null, scope: grant(null), permissions: null };
      }
      if (audience !== managementAudience(issuer)) {
        return targetAtApi(request.arrival, client, user, await getApi(tenant.id, audience), grant);
      }
      const held = await managementScopesOf(tenant.id, user);
      return { api: named(await getManagementApi(tenant.id), audience), scope: grant(held), permissions: null };
    };
    return withRefresh(await targeted(), requested, client);
  }

  /** For a user who logged in once: what was granted then and is still offered, or less where the request says so. */
  async function targetOfRefresh(
    request: TokenRequest,
    client: Client,
    user: User,
    { audience, scope }: RefreshToken,
  ): Promise<GrantedTarget> {
    const requested = parseScope(request.scope);
    // Auth0: what was not granted at the login is ignored, not refused.
    const wanted = requested.length === 0 ? scope : requested.filter((value) => scope.includes(value));
    const grant: GrantScope = (offered) =>
      wanted.filter((value) => value === OFFLINE_ACCESS || OIDC_SCOPES.includes(value) || offered?.includes(value));
    const rest = { allowsRefresh: true, warnings: [] };
    if (audience === null) return { api: null, scope: grant(null), permissions: null, ...rest };
    const api = await findApi(request.arrival.tenant.id, audience);
    if (!api?.allowOfflineAccess) throw refusals.invalidRefreshToken('refresh-token-audience', { audience });
    return { ...(await targetAtApi(request.arrival, client, user, api, grant)), ...rest };
  }

  return async (request, client, { user, shown }) => {
    if (!user) return { ...(await targetOfClient(request, client)), allowsRefresh: false, warnings: [] };
    if (shown) return targetOfRefresh(request, client, user, shown.token);
    return targetOfLogin(request, client, user);
  };
}

/** Auth0: whoever asks for a refresh token and may not have one gets the rest without a word. */
function withRefresh(target: Target, requested: readonly string[], client: Client): GrantedTarget {
  const without = { ...target, allowsRefresh: false };
  if (!requested.includes(OFFLINE_ACCESS)) return { ...without, warnings: [] };
  if (!client.grantTypes.includes(REFRESH_TOKEN_GRANT)) {
    return { ...without, warnings: ['offline_access was ignored: the client may not use the grant refresh_token.'] };
  }
  if (target.api && !target.api.allowOfflineAccess) {
    return { ...without, warnings: ['offline_access was ignored: the API has no allow_offline_access.'] };
  }
  return { ...target, scope: [...target.scope, OFFLINE_ACCESS], allowsRefresh: true, warnings: [] };
}

/** The API as the request named it, which is what its tokens say. */
function named(api: ResourceServer, identifier: string): ResourceServer {
  return api.identifier === identifier ? api : { ...api, identifier };
}

function scopesOf(api: ResourceServer): string[] {
  return api.scopes.map((scope) => scope.value);
}

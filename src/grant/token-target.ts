// What the tokens of a request are for: the API it names, and the scopes it gets there.
import type { Client } from '../client/client.ts';
import type { ClientGrantStore } from '../client/client-grant-store.ts';
import { refusals } from '../error/oauth-error.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import { grantScope, parseScope } from '../resource-server/scope-policy.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { userinfoAudience } from '../token/access-token.ts';
import type { Target } from '../token/token-issuer.ts';
import type { TokenRequest } from './token-request.ts';

/** Resolves to the target or throws the refusal. */
export type ResolveTarget = (request: TokenRequest, client: Client) => Promise<Target>;

/** Builds the step over the stores. */
export function createTargetResolver(
  resourceServers: ResourceServerStore,
  clientGrants: ClientGrantStore,
  cache: ConfigurationCache,
): ResolveTarget {
  /** The scopes of this API that the client may have for a user. */
  async function offeredScopes(tenantId: TenantId, client: Client, api: ResourceServer): Promise<string[]> {
    const values = api.scopes.map((scope) => scope.value);
    if (api.userPolicy === 'allow_all') return values;
    const grant =
      api.userPolicy === 'deny_all'
        ? null
        : await cache.get(`client-grant ${tenantId} user ${client.clientId} ${api.identifier}`, () =>
            clientGrants.find(tenantId, client.clientId, api.identifier, 'user'),
          );
    if (!grant) throw refusals.clientGrantMissing(api.identifier);
    return values.filter((value) => grant.scope.includes(value));
  }

  return async ({ arrival: { tenant, issuer }, audience: requested, scope }, client) => {
    const audience = requested ?? tenant.defaultAudience;
    if (audience === null || audience === userinfoAudience(issuer)) {
      return { api: null, scope: grantScope(parseScope(scope), null), permissions: null };
    }
    const api = await cache.get(`api ${tenant.id} ${audience}`, () =>
      resourceServers.findByIdentifier(tenant.id, audience),
    );
    if (!api) throw refusals.unknownAudience(audience);
    const offered = await offeredScopes(tenant.id, client, api);
    return { api, scope: grantScope(parseScope(scope), offered), permissions: null };
  };
}

// The token that a page of the dashboard gets for its session: an ordinary one of the Management API, for a few minutes, with
// what its owner may do now. Called by session-endpoint.ts.

import type { ClientStore } from '../client/client-store.ts';
import { DASHBOARD_CLIENT } from '../declaration/administrator.ts';
import type { CredentialStore } from '../directory/database/credential-store.ts';
import type { ManagementScopesOf } from '../grant/management-scopes.ts';
import { CURRENT_USER_SCOPES, MANAGEMENT_API, managementAudience } from '../resource-server/management-audience.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import type { ResolvedTenant } from '../tenant/tenant-resolver.ts';
import type { TokenIssuer } from '../token/token-issuer.ts';
import type { UserStore } from '../user/user-store.ts';
import type { DashboardSession } from './dashboard-session-store.ts';

interface Parts {
  readonly clients: ClientStore;
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly resourceServers: ResourceServerStore;
  readonly managementScopesOf: ManagementScopesOf;
  readonly issueTokens: TokenIssuer;
}

/** What a page gets. */
export interface SessionGrant {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  readonly user: { readonly user_id: string; readonly email: string | null };
  readonly tenant: { readonly name: string; readonly region: string; readonly issuer: string };
}

/** Null when the owner of the session is no administrator any more, is blocked, or has another password since. */
export type IssueSessionToken = (resolved: ResolvedTenant, session: DashboardSession) => Promise<SessionGrant | null>;

const LIFETIME_SECONDS = 600;

/** Builds it over the stores. */
export function createSessionTokens(parts: Parts): IssueSessionToken {
  const { clients, users, credentials, resourceServers, managementScopesOf, issueTokens } = parts;

  /** Security: whoever changes a password because somebody knows it ends what that somebody opened. */
  async function hasOtherPassword({ tenant }: ResolvedTenant, { userId, createdAt }: DashboardSession) {
    const [identity] = await users.listIdentities(tenant.id, userId);
    if (!identity) return true;
    const changedAt = await credentials.findChangedAt(tenant.id, identity.connectionId, identity.identityId);
    return changedAt === null || changedAt > createdAt;
  }

  return async (resolved, session) => {
    const { tenant, issuer } = resolved;
    const user = await users.findById(tenant.id, session.userId);
    const client = await clients.findById(tenant.id, DASHBOARD_CLIENT);
    const api = await resourceServers.findByIdentifier(tenant.id, MANAGEMENT_API);
    if (!user || user.blocked || !client || !api || (await hasOtherPassword(resolved, session))) return null;
    const scope = await managementScopesOf(tenant.id, user);
    if (scope.length <= CURRENT_USER_SCOPES.length) return null;
    const reply = await issueTokens({
      tenantId: tenant.id,
      ...{ issuer, client, user, subject: user.userId, grantType: 'password', refreshToken: null },
      ...{ accessTokenClaims: {}, idTokenClaims: {} },
      target: {
        api: { ...api, identifier: managementAudience(issuer), tokenLifetime: LIFETIME_SECONDS },
        scope,
        permissions: null,
      },
    });
    return {
      access_token: reply.access_token,
      expires_in: reply.expires_in,
      scope: scope.join(' '),
      user: { user_id: user.userId, email: user.email },
      tenant: { name: tenant.name, region: tenant.region, issuer },
    };
  };
}

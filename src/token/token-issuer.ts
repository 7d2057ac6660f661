// Which tokens to mint for a login, and the reply that carries them (RFC 6749 5.1).
import type { Client } from '../client/client.ts';
import type { KeyRing } from '../key/key-ring.ts';
import type { Clock } from '../lib/clock.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';
import { type AccessTokenClaims, signAccessToken } from './access-token.ts';
import type { Claims } from './custom-claims.ts';
import { signIdToken } from './id-token.ts';
import { OPAQUE_TOKEN_LIFETIME, type OpaqueTokens } from './opaque-token.ts';

/** What the tokens are for. */
export interface Target {
  /** Null for a token that opens the userinfo endpoint only. */
  readonly api: ResourceServer | null;
  readonly scope: readonly string[];
  /** What the subject may do on this API, for the `permissions` claim; null when the API does not ask for it. */
  readonly permissions: readonly string[] | null;
}

/** The body of a 200 answer; members that do not apply are absent. */
export interface TokenReply {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  /** Granted scopes; absent when none was granted. */
  readonly scope?: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly token_type: 'Bearer';
}

interface Issue {
  readonly tenantId: TenantId;
  readonly issuer: string;
  readonly client: Client;
  /** The token's `sub`: a user id, or the client itself. */
  readonly subject: string;
  /** Null when the client asks for itself. */
  readonly user: User | null;
  readonly grantType: string;
  readonly target: Target;
  /** What the access token says beside its own claims; none of the names means anything to this server. */
  readonly accessTokenClaims: Claims;
  /** What the ID token says beside its own claims. They may say otherwise than the profile does. */
  readonly idTokenClaims: Claims;
  /** Goes out beside them; null for none. */
  readonly refreshToken: string | null;
}

export type TokenIssuer = (issue: Issue) => Promise<TokenReply>;

/** Builds the issuer. */
export function createTokenIssuer(keys: KeyRing, opaqueTokens: OpaqueTokens, clock: Clock): TokenIssuer {
  return async (issue) => {
    const { tenantId, issuer, client, subject, user, grantType, target, refreshToken } = issue;
    const { accessTokenClaims, idTokenClaims } = issue;
    const { api, scope, permissions } = target;
    const claims: AccessTokenClaims = {
      issuer,
      subject,
      scope,
      permissions,
      clientId: client.clientId,
      grantType,
      customClaims: accessTokenClaims,
      issuedAt: Math.floor(clock.now() / 1000),
    };
    const accessToken = api ? await signAccessToken(keys, tenantId, api, claims) : opaqueTokens.issue(tenantId, claims);
    return {
      access_token: accessToken,
      ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
      ...(user && scope.includes('openid')
        ? {
            id_token: await signIdToken(keys, tenantId, client, user, accessToken, {
              ...claims,
              customClaims: idTokenClaims,
            }),
          }
        : {}),
      ...(scope.length > 0 ? { scope: scope.join(' ') } : {}),
      expires_in: api ? api.tokenLifetime : OPAQUE_TOKEN_LIFETIME,
      token_type: 'Bearer',
    };
  };
}

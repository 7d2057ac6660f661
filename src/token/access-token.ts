// Access tokens for an API: signed JWTs in Auth0's default profile. RS256 uses the tenant's key pair, HS256 the API's own
// secret; the two never meet.
import { SignJWT } from 'jose';
import type { KeyRing } from '../key/key-ring.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** Everything that stands in an access token. */
export interface AccessTokenClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Scopes in the order in which they are printed; the claim is left out when there are none. */
  readonly scope: readonly string[];
  /** The `permissions` claim; null leaves it out. */
  readonly permissions: readonly string[] | null;
  readonly clientId: string;
  /** How the token was come by, in Auth0's words: `password`. */
  readonly grantType: string;
  /** Seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** Where an issuer's tokens are good for its own userinfo endpoint. */
export function userinfoAudience(issuer: string): string {
  return `${issuer}userinfo`;
}

/** Signs the token for this API. */
export async function signAccessToken(
  keys: KeyRing,
  tenantId: TenantId,
  api: ResourceServer,
  claims: AccessTokenClaims,
): Promise<string> {
  const { alg, key, kid } = await signingMaterial(keys, tenantId, api);
  // Auth0: `/userinfo` joins the audience when openid was granted and the key is public; a lone audience is a string.
  const opensUserinfo = alg !== 'HS256' && claims.scope.includes('openid');
  const payload = {
    iss: claims.issuer,
    sub: claims.subject,
    aud: opensUserinfo ? [api.identifier, userinfoAudience(claims.issuer)] : api.identifier,
    iat: claims.issuedAt,
    exp: claims.issuedAt + api.tokenLifetime,
    ...(claims.scope.length > 0 ? { scope: claims.scope.join(' ') } : {}),
    gty: claims.grantType,
    azp: claims.clientId,
    ...(claims.permissions === null ? {} : { permissions: claims.permissions }),
  };
  return new SignJWT(payload).setProtectedHeader({ alg, typ: 'JWT', ...(kid === null ? {} : { kid }) }).sign(key);
}

async function signingMaterial(keys: KeyRing, tenantId: TenantId, api: ResourceServer) {
  if (api.signingAlgorithm === 'HS256') {
    if (!api.signingSecret) throw new Error('An HS256 API without a signing secret.');
    return { alg: 'HS256', key: Buffer.from(api.signingSecret.reveal(), 'utf8'), kid: null } as const;
  }
  const current = await keys.getCurrent(tenantId);
  return { alg: current.algorithm, key: current.privateKey, kid: current.kid };
}

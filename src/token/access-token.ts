// Access tokens for an API: signed JWTs, written in Auth0's default profile or in that of RFC 9068. A key pair of the tenant
// or the API's own secret signs; the two never meet.
import type { KeyRing } from '../key/key-ring.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { ResourceServer } from '../resource-server/resource-server.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type JwtSigner, signerOf, signJwt } from './sign-jwt.ts';

/** Everything that stands in an access token. */
export interface AccessTokenClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Scopes in the order in which they are printed; the claim is left out when there are none. */
  readonly scope: readonly string[];
  /** The `permissions` claim, for an API whose dialect has it; null leaves it out. */
  readonly permissions: readonly string[] | null;
  readonly clientId: string;
  /** How the token was come by, in Auth0's words: `password`. */
  readonly grantType: string;
  /** Beside the others; see `custom-claims.ts`. */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** The header `typ` of access tokens in the profile of RFC 9068, which no other kind of token has. */
export const RFC9068_TYPE = 'at+jwt';

const JTI_LENGTH = 22;

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
  const { tokenDialect } = api;
  const isRfc9068 = tokenDialect === 'rfc9068_profile' || tokenDialect === 'rfc9068_profile_authz';
  const hasPermissions = tokenDialect === 'access_token_authz' || tokenDialect === 'rfc9068_profile_authz';
  // Auth0: `/userinfo` joins the audience when openid was granted and the key is public; a lone audience is a string.
  const opensUserinfo = api.signingAlgorithm !== 'HS256' && claims.scope.includes('openid');
  const payload = {
    ...claims.customClaims,
    iss: claims.issuer,
    sub: claims.subject,
    aud: opensUserinfo ? [api.identifier, userinfoAudience(claims.issuer)] : api.identifier,
    iat: claims.issuedAt,
    exp: claims.issuedAt + api.tokenLifetime,
    ...(claims.scope.length > 0 ? { scope: claims.scope.join(' ') } : {}),
    // RFC 9068 2.2
    ...(isRfc9068
      ? { jti: randomAlphanumeric(JTI_LENGTH), client_id: claims.clientId }
      : { gty: claims.grantType, azp: claims.clientId }),
    ...(hasPermissions && claims.permissions !== null ? { permissions: claims.permissions } : {}),
  };
  return signJwt(payload, isRfc9068 ? RFC9068_TYPE : 'JWT', await signerFor(keys, tenantId, api));
}

async function signerFor(keys: KeyRing, tenantId: TenantId, api: ResourceServer): Promise<JwtSigner> {
  if (api.signingAlgorithm !== 'HS256') return signerOf(await keys.getCurrent(tenantId, api.signingAlgorithm));
  if (!api.signingSecret) throw new Error('An HS256 API without a signing secret.');
  return signerOf(api.signingSecret);
}

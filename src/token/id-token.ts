// ID tokens: who logged in, told to the client (OpenID Connect Core 2). Signed with the tenant's RS256 key pair, or with the
// client's own secret where it asked for that.
import { createHash } from 'node:crypto';
import type { Client } from '../client/client.ts';
import type { KeyRing } from '../key/key-ring.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';
import type { AccessTokenClaims } from './access-token.ts';
import { claimsByScope } from './claims.ts';
import { type JwtSigner, signerOf, signJwt } from './sign-jwt.ts';

/** Signs the ID token that goes with this access token. */
export async function signIdToken(
  keys: KeyRing,
  tenantId: TenantId,
  client: Client,
  user: User,
  accessToken: string,
  { issuer, scope, customClaims, issuedAt }: AccessTokenClaims,
): Promise<string> {
  const payload = {
    ...claimsByScope(user, scope),
    ...customClaims,
    iss: issuer,
    aud: client.clientId,
    iat: issuedAt,
    exp: issuedAt + client.idTokenLifetime,
    sub: user.userId,
    at_hash: accessTokenHash(accessToken),
  };
  return signJwt(payload, 'JWT', await signerFor(keys, tenantId, client));
}

/** Auth0: a client that has no secret to keep gets RS256, whatever its record says. */
async function signerFor(keys: KeyRing, tenantId: TenantId, client: Client): Promise<JwtSigner> {
  const { idTokenAlgorithm, tokenEndpointAuthMethod, clientSecret } = client;
  if (idTokenAlgorithm === 'HS256' && tokenEndpointAuthMethod !== 'none' && clientSecret) return signerOf(clientSecret);
  return signerOf(await keys.getCurrent(tenantId, 'RS256'));
}

/** The left half of the token's SHA-256 (OpenID Connect Core 3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}

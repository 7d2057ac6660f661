// ID tokens: who logged in, told to the client (OpenID Connect Core 2). Signed with the tenant's key pair.
import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Client } from '../client/client.ts';
import type { KeyRing } from '../key/key-ring.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';
import type { AccessTokenClaims } from './access-token.ts';
import { claimsByScope } from './claims.ts';

/** Signs the ID token that goes with this access token. */
export async function signIdToken(
  keys: KeyRing,
  tenantId: TenantId,
  client: Client,
  user: User,
  accessToken: string,
  { issuer, scope, issuedAt }: AccessTokenClaims,
): Promise<string> {
  const key = await keys.getCurrent(tenantId);
  const payload = {
    ...claimsByScope(user, scope),
    iss: issuer,
    aud: client.clientId,
    iat: issuedAt,
    exp: issuedAt + client.idTokenLifetime,
    sub: user.userId,
    at_hash: accessTokenHash(accessToken),
  };
  return new SignJWT(payload).setProtectedHeader({ alg: key.algorithm, typ: 'JWT', kid: key.kid }).sign(key.privateKey);
}

/** The left half of the token's SHA-256 (OpenID Connect Core 3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url');
}

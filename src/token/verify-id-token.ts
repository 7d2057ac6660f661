// Checks an ID token of our own that comes back to prove that somebody has just logged in (Auth0's `link_with`).
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { KeyRing } from '../key/key-ring.ts';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** The subject of an ID token that this issuer signed for this client with a key of the tenant; null for any other text. */
export type VerifyOwnIdToken = (
  tenantId: TenantId,
  issuer: string,
  clientId: string,
  token: string,
) => Promise<string | null>;

const LONGEST_TOKEN = 16 * 1024;

/** Builds the check. Tokens that a client's secret signed do not count: the client could have made them itself. */
export function createOwnIdTokenVerifier(keys: KeyRing, clock: Clock): VerifyOwnIdToken {
  return async (tenantId, issuer, clientId, token) => {
    if (token.length > LONGEST_TOKEN) return null;
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      const key = typeof kid === 'string' ? await keys.findByKid(tenantId, kid) : null;
      if (!key || alg !== key.algorithm) return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        issuer,
        audience: clientId,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(clock.now()),
      });
      // Security: an access token has all of these claims too, where an API is named like a client.
      if (typeof payload['at_hash'] !== 'string') return null;
      return payload.sub ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  };
}

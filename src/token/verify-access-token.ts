// Checks an access token that comes back to this server: to userinfo, or to the Management API. The algorithm and the key
// come from our own records, never from the token (RFC 8725 3.1): only a signature under a published key of this tenant, by
// the one algorithm of that key, or a sealed opaque token is looked at.
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { KeyRing } from '../key/key-ring.ts';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { RFC9068_TYPE } from './access-token.ts';
import { type createOpaqueTokens, looksOpaque } from './opaque-token.ts';
import { createVerifiedTokens } from './verified-tokens.ts';

/** What is known of a token that passed. */
export interface VerifiedAccessToken {
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  /** Seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** Why a token was refused, for the log; `audience` is what a token says that is for somebody else. */
type TokenRefusal = { readonly refused: string; readonly audience?: string };

/** Resolves to what the token says, or to why it is refused. */
export type VerifyAccessToken = (
  tenantId: TenantId,
  issuer: string,
  token: string,
) => Promise<VerifiedAccessToken | TokenRefusal>;

const LONGEST_TOKEN = 16 * 1024;
const LONGEST_KID = 128;
const CLOCK_TOLERANCE_SECONDS = 60;

interface Parts {
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** The audience that opens the door, at this issuer. */
  readonly audienceOf: (issuer: string) => string;
  /** Null for a door that opaque tokens do not open. */
  readonly opaqueTokens: ReturnType<typeof createOpaqueTokens> | null;
}

/** Builds the check for the tokens of one door. */
export function createAccessTokenVerifier({ keys, clock, audienceOf, opaqueTokens }: Parts): VerifyAccessToken {
  const verified = createVerifiedTokens();

  /** The token when its signature is known to be right, and its key and time still are; null to look at everything. */
  async function findVerified(tenantId: TenantId, issuer: string, token: string): Promise<VerifiedAccessToken | null> {
    const known = verified.find(issuer, token);
    if (!known || known.expiresAt + CLOCK_TOLERANCE_SECONDS <= clock.now() / 1000) return null;
    return (await keys.findByKid(tenantId, known.kid)) ? known.token : null;
  }

  async function verifyJwt(
    tenantId: TenantId,
    issuer: string,
    token: string,
  ): Promise<VerifiedAccessToken | TokenRefusal> {
    const { alg, kid, typ, crit } = decodeProtectedHeader(token);
    if (typeof kid !== 'string' || kid.length > LONGEST_KID) return { refused: 'kid' };
    // Security: an ID token has the `typ` of one dialect, but neither its `gty` nor an audience of ours; another kind of
    // token is turned away here.
    if (typ !== 'JWT' && typ !== RFC9068_TYPE) return { refused: 'typ' };
    const clientClaim = typ === RFC9068_TYPE ? 'client_id' : 'azp';
    if (crit !== undefined) return { refused: 'crit' };
    const key = await keys.findByKid(tenantId, kid);
    if (!key) return { refused: 'unknown-key' };
    if (alg !== key.algorithm) return { refused: 'algorithm' };
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.algorithm],
      issuer,
      audience: audienceOf(issuer),
      requiredClaims: ['sub', 'exp', 'iat', clientClaim, typ === RFC9068_TYPE ? 'jti' : 'gty'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(clock.now()),
    });
    const {
      sub,
      scope,
      iat,
      [clientClaim]: clientId,
      exp,
    } = payload as { [claim: string]: unknown; sub: string; iat: number; exp: number };
    if (typeof clientId !== 'string') return { refused: clientClaim };
    if (iat > clock.now() / 1000 + CLOCK_TOLERANCE_SECONDS) return { refused: 'issued-in-the-future' };
    const read = { subject: sub, clientId, issuedAt: iat, scope: typeof scope === 'string' ? scope.split(' ') : [] };
    verified.remember(issuer, token, { token: read, kid, expiresAt: exp });
    return read;
  }

  return async (tenantId, issuer, token) => {
    if (token.length > LONGEST_TOKEN) return { refused: 'over-limit' };
    if (opaqueTokens && looksOpaque(token)) {
      const claims = opaqueTokens.open(tenantId, token);
      return claims?.issuer === issuer ? claims : { refused: 'opaque' };
    }
    try {
      return (await findVerified(tenantId, issuer, token)) ?? (await verifyJwt(tenantId, issuer, token));
    } catch (error) {
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
        return { refused: 'audience', audience: [error.payload.aud ?? []].flat().join(',') };
      }
      if (error instanceof errors.JOSEError) return { refused: error.code.toLowerCase() };
      // Not even the shape of a JWT.
      if (error instanceof TypeError) return { refused: 'malformed' };
      throw error;
    }
  };
}

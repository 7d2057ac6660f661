// Checks a signed JWT that another identity provider made for us (OpenID Connect Core 3.1.3.7). Its keys come from the
// provider's key set, fetched by whoever calls; algorithms are those below, whatever the token says.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';

/** What the token must say. */
interface ExpectedIdToken {
  readonly issuer: string;
  /** Of these one must be in the audience. */
  readonly audiences: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** The claims of a valid token, or why it is none, for the log; `unknown-key` when the key set may be out of date. */
export type IdTokenVerdict =
  | { readonly valid: true; readonly claims: Readonly<JWTPayload> }
  | { readonly valid: false; readonly reason: string };

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384'];
const CLOCK_TOLERANCE_SECONDS = 300;

/** Resolves to the verdict; never throws for what the token or the key set says. */
export async function verifyIdToken(
  token: string,
  keySet: unknown,
  { issuer, audiences, now }: ExpectedIdToken,
): Promise<IdTokenVerdict> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keySet as JSONWebKeySet), {
      algorithms: ALGORITHMS,
      issuer,
      audience: [...audiences],
      requiredClaims: ['exp', 'iat'],
      // Security: a token signed an hour ago says nothing of the password that was typed just now.
      maxTokenAge: '5 minutes',
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    });
    return { valid: true, claims: payload };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return { valid: false, reason: 'unknown-key' };
    if (error instanceof errors.JWTClaimValidationFailed) return { valid: false, reason: `claim-${error.claim}` };
    if (error instanceof errors.JWTExpired) return { valid: false, reason: 'expired' };
    if (error instanceof errors.JOSEError) return { valid: false, reason: kebab(error.code) };
    // A key of the set that is no key.
    if (error instanceof TypeError || error instanceof SyntaxError) return { valid: false, reason: 'key-unusable' };
    throw error;
  }
}

function kebab(code: string): string {
  return code.replace(/^ERR_/, '').toLowerCase().replaceAll('_', '-');
}

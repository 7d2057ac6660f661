// What a verdict of rules or actions makes of the tokens: pure. Called by login-code-step.ts for a login, and by login-trial.ts
// for a try.
import type { LoginVerdict } from '../sandbox/login-verdict.ts';
import { type Claims, siftClaims } from '../token/custom-claims.ts';

/** What the code puts into the tokens. */
export interface RuledTokens {
  readonly scope: readonly string[];
  readonly accessTokenClaims: Claims;
  readonly idTokenClaims: Claims;
  /** What it asked for and did not get, in words for the log. */
  readonly warnings: readonly string[];
}

/** Sifts what code that let the user in left behind; `scope` is what the request was granted before. */
export function ruledTokens(
  verdict: LoginVerdict & { readonly kind: 'passed' },
  scope: readonly string[],
  isForOwnApi: boolean,
): RuledTokens {
  const [ofAccess, ofId] = [siftClaims(verdict.accessToken), siftClaims(verdict.idToken)];
  const dropped = isForOwnApi ? Object.keys(verdict.accessToken) : ofAccess.leftOut;
  return {
    // Security: the code takes scopes of this server's own doors away, and opens none that the request did not open.
    scope: verdict.scope.filter((one) => scope.includes(one) || (!isForOwnApi && one !== 'offline_access')),
    // Auth0: tokens for its own API say nothing but what it needs.
    accessTokenClaims: isForOwnApi ? {} : ofAccess.kept,
    idTokenClaims: ofId.kept,
    warnings: [...leftOut('access token', dropped), ...leftOut('ID token', ofId.leftOut)],
  };
}

function leftOut(token: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`Rules and actions may not put into the ${token}, and did not: ${names.join(', ')}.`];
}

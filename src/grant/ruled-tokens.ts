// What a verdict of rules makes of the tokens: pure. Called by rule-step.ts for a login, and by rule-trial.ts for a try.
import type { RuleVerdict } from '../rule/rule-verdict.ts';
import { type Claims, siftClaims } from '../token/custom-claims.ts';

/** What rules put into the tokens. */
export interface RuledTokens {
  readonly scope: readonly string[];
  readonly accessTokenClaims: Claims;
  readonly idTokenClaims: Claims;
  /** What rules asked for and did not get, in words for the log. */
  readonly warnings: readonly string[];
}

/** Sifts what rules let through left behind; `scope` is what the request was granted before. */
export function ruledTokens(
  verdict: RuleVerdict & { readonly kind: 'passed' },
  scope: readonly string[],
  isForOwnApi: boolean,
): RuledTokens {
  const [ofAccess, ofId] = [siftClaims(verdict.accessToken), siftClaims(verdict.idToken)];
  const dropped = isForOwnApi ? Object.keys(verdict.accessToken) : ofAccess.leftOut;
  return {
    // Security: rules take scopes of this server's own doors away, and open none that the request did not open.
    scope: verdict.scope.filter((one) => scope.includes(one) || (!isForOwnApi && one !== 'offline_access')),
    // Auth0: tokens for its own API say nothing but what it needs.
    accessTokenClaims: isForOwnApi ? {} : ofAccess.kept,
    idTokenClaims: ofId.kept,
    warnings: [...leftOut('access token', dropped), ...leftOut('ID token', ofId.leftOut)],
  };
}

function leftOut(token: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Rules may not put into the ${token}, and did not: ${names.join(', ')}.`];
}

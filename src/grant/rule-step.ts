// The step of a token request at which the tenant's rules have their say: what they decide becomes claims and scopes, or a
// refusal. Called by grant-pipeline.ts, between the scopes and the tokens.
import type { Client } from '../client/client.ts';
import { type OAuthError, refusals } from '../error/oauth-error.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { withoutStack } from '../lib/without-stack.ts';
import { traced } from '../metrics/trace.ts';
import { managementAudience } from '../resource-server/management-audience.ts';
import type { RuleLogin } from '../rule/rule-login.ts';
import type { RulePipeline } from '../rule/rule-pipeline.ts';
import type { RuleVerdict } from '../rule/rule-verdict.ts';
import { SandboxUnavailable } from '../sandbox/sandbox-processes.ts';
import type { Claims } from '../token/custom-claims.ts';
import type { Target } from '../token/token-issuer.ts';
import type { UpdateMetadata } from '../user/metadata-update.ts';
import type { Login } from './grant.ts';
import { ruledTokens } from './ruled-tokens.ts';
import type { TokenRequest } from './token-request.ts';

/** What tokens are made of once rules have run. */
export interface Ruled {
  readonly target: Target;
  readonly accessTokenClaims: Claims;
  readonly idTokenClaims: Claims;
  /** What rules asked for and did not get, in words for the log. */
  readonly warnings: readonly string[];
}

interface Parts {
  readonly rules: Pick<RulePipeline, 'hasRules' | 'run'>;
  readonly updateMetadata: UpdateMetadata;
}

/** Resolves to what the tokens are to say; throws the refusal. What no rule changes is as the login and the target say. */
export type RunRules = (request: TokenRequest, client: Client, login: Login, target: Target) => Promise<Ruled>;

/** Builds the step. */
export function createRuleStep({ rules, updateMetadata }: Parts): RunRules {
  async function judge(login: RuleLogin): Promise<RuleVerdict & { readonly kind: 'passed' }> {
    const ran = await rules.run(login);
    // Somebody deleted the user a moment ago.
    if (!ran) throw refusals.wrongCredentials({ reason: 'unknown-user', logType: 'fu' });
    const { verdict } = ran;
    // Auth0: what a rule changes stays changed, whoever is denied afterwards.
    if (verdict.kind !== 'failed') await updateMetadata(login.tenant.id, login.userId, verdict.updates);
    switch (verdict.kind) {
      case 'passed':
        return verdict;
      case 'denied':
        throw refusals.ruleDenied({ name: verdict.rule, message: verdict.message });
      case 'redirect':
        throw refusals.ruleRedirects();
      case 'multifactor':
        throw refusals.ruleWantsSecondFactor();
      case 'failed':
        throw refusals.ruleFailed({ name: verdict.rule, message: verdict.message });
    }
  }

  return async (request, client, login, target) => {
    const { user, connection, ruleProtocol: protocol, customClaims } = login;
    const unchanged = { target, accessTokenClaims: customClaims, idTokenClaims: customClaims, warnings: [] };
    const { tenant, issuer } = request.arrival;
    if (!user || !connection || protocol === null || !(await rules.hasRules(tenant.id))) return unchanged;
    return request.phases.record('rules', () =>
      traced('rules', async () => {
        const described = describeLogin(request, client, { userId: user.userId, connection, protocol }, target);
        const verdict = await judge(described).catch(refusedForNow);
        const isForOwnApi = target.api?.identifier === managementAudience(issuer);
        const { scope, accessTokenClaims, idTokenClaims, warnings } = ruledTokens(verdict, target.scope, isForOwnApi);
        return {
          target: { ...target, scope },
          accessTokenClaims: { ...customClaims, ...accessTokenClaims },
          idTokenClaims: { ...customClaims, ...idTokenClaims },
          warnings,
        };
      }),
    );
  };
}

function describeLogin(
  { arrival, ...parameters }: TokenRequest,
  { clientId, name, clientMetadata }: Client,
  { userId, connection, protocol }: Pick<RuleLogin, 'userId' | 'connection' | 'protocol'>,
  { scope }: Target,
): RuleLogin {
  const { tenant, ip, hostname, userAgent, caller } = arrival;
  const { grantType, username, realm, audience, scope: asked } = parameters;
  // Security: named one by one, so that no password, secret or token of the request comes along.
  const body = Object.entries({
    grant_type: grantType,
    client_id: clientId,
    ...{ username, realm, audience, scope: asked, connection: parameters.connection },
  }).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    ...{ tenant, userId, connection, protocol, scope, caller },
    client: { clientId, name, clientMetadata },
    request: { ip, hostname, userAgent, body: Object.fromEntries(body) },
  };
}

/** Nothing is said about the login, which may be tried again. Rethrows what is something else. */
function refusedForNow(error: unknown): never {
  if (error instanceof TurnedAway) throw tooMany(error);
  if (!(error instanceof SandboxUnavailable)) throw error;
  throw refusals.unavailable(2, { reason: 'rule-sandbox', logType: 'api_limit' });
}

function tooMany({ reason, retryAfterMs }: TurnedAway): OAuthError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  const detail = { reason: `rule-line-${reason}`, logType: 'api_limit', isCounted: true } as const;
  return withoutStack(() => refusals.unavailable(seconds, detail));
}

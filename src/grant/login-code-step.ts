// The step of a token request at which the tenant's own code has its say, first the rules and then the actions: what they
// decide becomes claims and scopes, or a refusal. Called by grant-pipeline.ts, between the scopes and the tokens.
import type { ActionPipeline } from '../action/action-pipeline.ts';
import type { Client } from '../client/client.ts';
import { codeRefusals } from '../error/code-refusal.ts';
import { type LoginCode, type OAuthError, refusals } from '../error/oauth-error.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { withoutStack } from '../lib/without-stack.ts';
import { traced } from '../metrics/trace.ts';
import { managementAudience } from '../resource-server/management-audience.ts';
import type { RuleLogin } from '../rule/rule-login.ts';
import type { RulePipeline } from '../rule/rule-pipeline.ts';
import type { LoginCodeRun, LoginVerdict } from '../sandbox/login-verdict.ts';
import { SandboxUnavailable } from '../sandbox/sandbox-processes.ts';
import type { Claims } from '../token/custom-claims.ts';
import type { Target } from '../token/token-issuer.ts';
import type { UpdateMetadata } from '../user/metadata-update.ts';
import type { Login } from './grant.ts';
import { ruledTokens } from './ruled-tokens.ts';
import type { TokenRequest } from './token-request.ts';

/** What tokens are made of once rules and actions have run. */
export interface Ruled {
  readonly target: Target;
  readonly accessTokenClaims: Claims;
  readonly idTokenClaims: Claims;
  /** Those of them that code has set. */
  readonly userinfoClaims: Claims;
  /** What they asked for and did not get, in words for the log. */
  readonly warnings: readonly string[];
}

interface Parts {
  readonly rules: Pick<RulePipeline, 'hasRules' | 'run'>;
  readonly actions: Pick<ActionPipeline, 'hasActions' | 'run'>;
  readonly updateMetadata: UpdateMetadata;
}

/** Resolves to what the tokens are to say; throws the refusal. What no code changes is as the login and the target say. */
export type RunLoginCode = (request: TokenRequest, client: Client, login: Login, target: Target) => Promise<Ruled>;

interface Stage {
  readonly kind: LoginCode['kind'];
  readonly phase: 'rules' | 'actions';
  readonly isThere: (tenantId: RuleLogin['tenant']['id']) => Promise<boolean>;
  readonly run: (login: RuleLogin) => Promise<LoginCodeRun | null>;
}

/** Builds the step. */
export function createLoginCodeStep({ rules, actions, updateMetadata }: Parts): RunLoginCode {
  const stages: readonly Stage[] = [
    { kind: 'rule', phase: 'rules', isThere: (id) => rules.hasRules(id), run: (login) => rules.run(login) },
    { kind: 'action', phase: 'actions', isThere: (id) => actions.hasActions(id), run: (login) => actions.run(login) },
  ];

  async function judge({ kind, run }: Stage, login: RuleLogin): Promise<LoginVerdict & { readonly kind: 'passed' }> {
    const ran = await run(login).catch(refusedForNow);
    // Somebody deleted the user a moment ago.
    if (!ran) throw refusals.wrongCredentials({ reason: 'unknown-user', logType: 'fu' });
    const { verdict } = ran;
    // Auth0: what the code changes stays changed, whoever is denied afterwards.
    if (verdict.kind !== 'failed') await updateMetadata(login.tenant.id, login.userId, verdict.updates);
    switch (verdict.kind) {
      case 'passed':
        return verdict;
      case 'denied':
        throw codeRefusals.denied({ kind, name: verdict.name, message: verdict.message });
      case 'redirect':
        throw codeRefusals.redirects(kind);
      case 'multifactor':
        throw codeRefusals.wantsSecondFactor(kind);
      case 'failed':
        throw codeRefusals.failed({ kind, name: verdict.name, message: verdict.message });
    }
  }

  return async (request, client, login, target) => {
    const { user, connection, ruleProtocol: protocol, customClaims } = login;
    let { seen } = login;
    const { tenant, issuer } = request.arrival;
    let ruled: Ruled = {
      ...{ target, accessTokenClaims: customClaims, idTokenClaims: customClaims },
      ...{ userinfoClaims: {}, warnings: [] },
    };
    if (!user || !connection || protocol === null) return ruled;
    const isForOwnApi = target.api?.identifier === managementAudience(issuer);
    for (const stage of stages) {
      if (!(await stage.isThere(tenant.id))) continue;
      const before = ruled;
      ruled = await request.phases.record(stage.phase, () =>
        traced(stage.phase, async () => {
          const subject = { userId: user.userId, seen, connection, protocol };
          const verdict = await judge(stage, describeLogin(request, client, subject, before.target));
          // The next code is to see what this one has changed.
          if (verdict.updates.length > 0) seen = null;
          const decided = ruledTokens(verdict, before.target.scope, isForOwnApi);
          return {
            target: { ...before.target, scope: decided.scope },
            accessTokenClaims: { ...before.accessTokenClaims, ...decided.accessTokenClaims },
            idTokenClaims: { ...before.idTokenClaims, ...decided.idTokenClaims },
            userinfoClaims: { ...before.userinfoClaims, ...decided.idTokenClaims },
            warnings: [...before.warnings, ...decided.warnings],
          };
        }),
      );
    }
    return ruled;
  };
}

function describeLogin(
  { arrival, ...parameters }: TokenRequest,
  { clientId, name, clientMetadata }: Client,
  subject: Pick<RuleLogin, 'userId' | 'seen' | 'connection' | 'protocol'>,
  { api, scope }: Target,
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
    ...{ ...subject, tenant, scope, caller, audience: api?.identifier ?? null },
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

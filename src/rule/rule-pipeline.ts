// Runs the enabled rules of a tenant on a login, and a script that somebody tries. Rules run in their order in one sandbox, on
// the same two objects. Called by grant/login-code-step.ts and rule-trial-api.ts.
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { Clock } from '../lib/clock.ts';
import { type LoginCodeRun, readVerdict } from '../sandbox/login-verdict.ts';
import type { Sandbox } from '../sandbox/sandbox-runs.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserLoginStore } from '../user/user-login-store.ts';
import type { Rule } from './rule.ts';
import type { RuleConfigStore } from './rule-config-store.ts';
import { makeRuleObjects } from './rule-context.ts';
import { type RuleInput, ruleHarness } from './rule-harness.ts';
import type { RuleLogin } from './rule-login.ts';
import type { RuleStore } from './rule-store.ts';

interface Parts {
  readonly userLogins: UserLoginStore;
  readonly rules: RuleStore;
  readonly ruleConfigs: RuleConfigStore;
  readonly connections: ConnectionStore;
  readonly sandbox: Sandbox;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
}

export interface RulePipeline {
  /** True when the tenant has rules that are enabled; costs next to nothing. */
  hasRules(tenantId: TenantId): Promise<boolean>;
  /**
   * Runs the enabled rules; null when the user is gone. Throws `TurnedAway` when too many logins wait for theirs, and
   * `SandboxUnavailable`.
   */
  run(login: RuleLogin): Promise<LoginCodeRun | null>;
  /** Runs this script alone, with this configuration in place of the tenant's. Otherwise like `run`. */
  tryOut(
    script: string,
    configuration: Readonly<Record<string, string>>,
    login: RuleLogin,
  ): Promise<LoginCodeRun | null>;
}

type Script = Pick<Rule, 'name' | 'script'>;

const HARNESS = String(ruleHarness);

/** Builds it over the stores. */
export function createRulePipeline(parts: Parts): RulePipeline {
  const { rules, ruleConfigs, userLogins, connections, sandbox, cache, clock } = parts;
  const enabledRules = (tenantId: TenantId) => cache.get(`rules ${tenantId}`, () => rules.listEnabled(tenantId));
  const configurationOf = (tenantId: TenantId) =>
    cache.get(`rule-configs ${tenantId}`, () => ruleConfigs.listValues(tenantId));
  const connectionNamesOf = (tenantId: TenantId) =>
    cache.get(`connection-names ${tenantId}`, async () => {
      const all = await connections.list(tenantId);
      return new Map(all.map(({ id, name }): [string, string] => [id, name]));
    });

  async function runScripts(
    scripts: readonly Script[],
    configuration: Readonly<Record<string, string>>,
    login: RuleLogin,
  ): Promise<LoginCodeRun | null> {
    const objects = await makeRuleObjects(userLogins, login, await connectionNamesOf(login.tenant.id), clock);
    if (!objects) return null;
    const { userId, tenant, client, caller } = login;
    const input: RuleInput = { ...objects, configuration, rules: scripts.length, userId };
    const order = { harness: HARNESS, scripts: scripts.map(({ script }) => script), input };
    const outcome = await sandbox.run({ tenant: tenant.id, member: client.clientId }, order, caller);
    const names = scripts.map(({ name }) => name);
    return { verdict: readVerdict(outcome, names), console: outcome.console };
  }

  return {
    hasRules: async (tenantId) => (await enabledRules(tenantId)).length > 0,
    async run(login) {
      const { id } = login.tenant;
      const values = await configurationOf(id);
      const configuration = Object.fromEntries([...values].map(([key, value]) => [key, value.reveal()]));
      return runScripts(await enabledRules(id), configuration, login);
    },
    tryOut: (script, configuration, login) => runScripts([{ name: 'the script', script }], configuration, login),
  };
}

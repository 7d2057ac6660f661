// Runs the actions that are bound to `post-login` on a login, and a draft that somebody tries: in their order, in one sandbox.
// Called by grant/login-code-step.ts and action-trial-api.ts.
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { RuleLogin } from '../rule/rule-login.ts';
import { type LoginCodeRun, readVerdict } from '../sandbox/login-verdict.ts';
import type { Sandbox } from '../sandbox/sandbox-runs.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserLoginStore } from '../user/user-login-store.ts';
import type { ActionBindingStore } from './action-binding-store.ts';
import { makeActionEvent } from './action-event.ts';
import { type ActionInput, actionHarness } from './action-harness.ts';
import { POST_LOGIN } from './trigger.ts';

interface Parts {
  readonly actionBindings: ActionBindingStore;
  readonly userLogins: UserLoginStore;
  readonly connections: ConnectionStore;
  readonly sandbox: Sandbox;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
}

/** Code that is tried, with what it finds as `event.secrets` in place of what is kept. */
interface TriedAction {
  readonly code: string;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface ActionPipeline {
  /** True when actions are bound to the tenant's logins; costs next to nothing. */
  hasActions(tenantId: TenantId): Promise<boolean>;
  /**
   * Runs the bound actions; null when the user is gone. Throws `TurnedAway` when too many logins wait for theirs, and
   * `SandboxUnavailable`.
   */
  run(login: RuleLogin): Promise<LoginCodeRun | null>;
  /** Runs this code alone. Otherwise like `run`. */
  tryOut(action: TriedAction, login: RuleLogin): Promise<LoginCodeRun | null>;
  /** Runs this code alone on an event that somebody made up. Otherwise like `run`. */
  tryOnEvent(action: TriedAction, tenantId: TenantId, event: object, scope: readonly string[]): Promise<LoginCodeRun>;
}

const HARNESS = String(actionHarness);

/** Builds it over the stores. */
export function createActionPipeline(parts: Parts): ActionPipeline {
  const { actionBindings, userLogins, connections, sandbox, cache, clock } = parts;
  const boundActions = (tenantId: TenantId) =>
    cache.get(`actions ${tenantId}`, () => actionBindings.listBound(tenantId, POST_LOGIN));
  const connectionNamesOf = (tenantId: TenantId) =>
    cache.get(`connection-names ${tenantId}`, async () => {
      const all = await connections.list(tenantId);
      return new Map(all.map(({ id, name }): [string, string] => [id, name]));
    });

  async function runOnEvent(
    actions: readonly (TriedAction & { readonly name: string })[],
    event: object,
    scope: readonly string[],
    { tenant, client, caller }: Pick<RuleLogin, 'caller'> & { readonly tenant: TenantId; readonly client: string },
  ): Promise<LoginCodeRun> {
    const input: ActionInput = { event: JSON.stringify(event), secrets: actions.map(({ secrets }) => secrets), scope };
    const order = { harness: HARNESS, scripts: actions.map(({ code }) => asExpression(code)), input };
    const outcome = await sandbox.run({ tenant, member: client }, order, caller);
    const names = actions.map(({ name }) => name);
    return { verdict: readVerdict(outcome, names), console: outcome.console };
  }

  async function runOnLogin(actions: Parameters<typeof runOnEvent>[0], login: RuleLogin): Promise<LoginCodeRun | null> {
    const { tenant, client, caller, scope } = login;
    const event = await makeActionEvent(userLogins, login, await connectionNamesOf(tenant.id), clock);
    if (!event) return null;
    return runOnEvent(actions, event, scope, { tenant: tenant.id, client: client.clientId, ...(caller && { caller }) });
  }

  return {
    hasActions: async (tenantId) => (await boundActions(tenantId)).length > 0,
    async run(login) {
      const bound = await boundActions(login.tenant.id);
      const actions = bound.map(({ name, code, secrets }) => ({
        ...{ name, code },
        secrets: Object.fromEntries(secrets.map((one) => [one.name, one.value.reveal()])),
      }));
      return runOnLogin(actions, login);
    },
    tryOut: (action, login) => runOnLogin([{ name: TRIED, ...action }], login),
    tryOnEvent: (action, tenant, event, scope) =>
      runOnEvent([{ name: TRIED, ...action }], event, scope, { tenant, client: '' }),
  };
}

const TRIED = 'the action';

/** The module as an expression; its first line stays the first one. */
function asExpression(code: string): string {
  return `(function (exports, require, module) {${code}\n})`;
}

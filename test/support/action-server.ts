// A server on which a test keeps actions that run at logins.
import assert from 'node:assert/strict';
import { type RuleServer, startRuleServer } from './rule-server.ts';

/** An action as a test writes it. */
export interface WrittenAction {
  readonly name: string;
  readonly code: string;
  readonly secrets?: readonly { readonly name: string; readonly value: string }[];
}

export interface ActionServer extends RuleServer {
  /** Deploys and binds exactly these to `post-login`, in this order; a name without one is made up. Resolves to their ids. */
  setActions(...actions: (string | WrittenAction)[]): Promise<string[]>;
}

/** Starts it. */
export async function startActionServer(settings: Parameters<typeof startRuleServer>[0] = {}): Promise<ActionServer> {
  const server = await startRuleServer(settings);
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, json } = await server.api(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  }
  return {
    ...server,
    async setActions(...actions) {
      for (const { id } of (await ask<{ actions: { id: string }[] }>('GET', '/actions/actions')).actions) {
        await ask('DELETE', `/actions/actions/${id}?force=true`);
      }
      const ids: string[] = [];
      for (const [index, one] of actions.entries()) {
        const action = typeof one === 'string' ? { name: `Action ${index + 1}`, code: one } : one;
        const body = { ...action, supported_triggers: [{ id: 'post-login', version: 'v3' }] };
        const { id } = await ask<{ id: string }>('POST', '/actions/actions', body);
        await ask('POST', `/actions/actions/${id}/deploy`);
        ids.push(id);
      }
      const bindings = ids.map((value) => ({ ref: { type: 'action_id', value } }));
      await ask('PATCH', '/actions/triggers/post-login/bindings', { bindings });
      return ids;
    },
  };
}

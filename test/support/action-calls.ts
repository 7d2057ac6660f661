// Actions over the Management API, for the tests of the endpoints.
import assert from 'node:assert/strict';
import type { ManagementServer } from './management-server.ts';

export interface ActionVersionWire {
  readonly id: string;
  readonly number: number;
  readonly code: string;
  readonly deployed: boolean;
  readonly secrets: readonly { readonly name: string }[];
}

export interface ActionWire {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly runtime: string;
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly secrets: readonly { readonly name: string; readonly updated_at: string }[];
  readonly all_changes_deployed: boolean;
  readonly deployed_version?: ActionVersionWire;
}

/** Code that can be deployed. */
export const ACTION_CODE = 'exports.onExecutePostLogin = async (event, api) => {\n  api.access.deny("no");\n};';
export const POST_LOGIN = [{ id: 'post-login', version: 'v3' }];
/** The id of no action. */
export const NOWHERE = '910b1053-577f-4d81-a8c8-020e7319a38a';

/** The calls that the tests make; each fails where the answer is not the usual one. */
export function actionCalls(server: () => ManagementServer) {
  async function get<T>(path: string): Promise<T> {
    const { status, json } = await server().api('GET', path);
    assert.equal(status, 200, path);
    return json;
  }

  return {
    get,

    create: async (body: object): Promise<ActionWire> => {
      const whole = { supported_triggers: POST_LOGIN, code: ACTION_CODE, ...body };
      const { status, json } = await server().api('POST', '/actions/actions', whole);
      assert.equal(status, 201, JSON.stringify(json));
      return json;
    },

    deploy: async (id: string): Promise<ActionVersionWire> => {
      const { status, json } = await server().api('POST', `/actions/actions/${id}/deploy`);
      assert.equal(status, 200);
      return json;
    },

    /** Resolves to what is refused, and how. */
    refusal: async (method: string, path: string, body?: unknown) => {
      const { status, json } = await server().api(method, path, body);
      const { message, errorCode = null } = json as { message: string; errorCode?: string };
      return { status, message, errorCode };
    },

    deleteAll: async (): Promise<void> => {
      const { actions } = await get<{ actions: ActionWire[] }>('/actions/actions');
      for (const { id } of actions) await server().api('DELETE', `/actions/actions/${id}?force=true`);
    },
  };
}

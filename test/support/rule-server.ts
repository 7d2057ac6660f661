// A server on which a test keeps rules, and logins that tell what the rules made of them.
import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { type ManagementServer, startManagementServer } from './management-server.ts';
import { SEED_REQUEST } from './sample-tenant.ts';
import type { LogEventWire } from './start-server.ts';

type Json = Record<string, unknown>;

/** What a login came to. */
export interface RuledLogin {
  readonly status: number;
  readonly body: Json;
  /** Claims of the tokens; empty where there is none. */
  readonly accessToken: Json;
  readonly idToken: Json;
  readonly requestId: string;
}

/** What the log says of a login with rules. */
type RuledEvent = LogEventWire & {
  readonly details: { rule?: object; warnings?: string[]; phases: { phase: string }[] };
};

export interface RuleServer extends ManagementServer {
  /** Keeps exactly these enabled rules, in this order; a name without a script is made up. */
  setRules(...scripts: (string | { readonly name: string; readonly script: string })[]): Promise<void>;
  /** Logs in by the article's request with these members in place of its own. */
  logIn(request?: Json, headers?: Record<string, string>): Promise<RuledLogin>;
  /** The event of the login with this request id. */
  eventOf(requestId: string): Promise<RuledEvent>;
}

/**
 * Options of a server whose code may ask somebody: a run has five seconds then, and not one for each script, so that a
 * slow machine is no reason to end one. The processor time of a script is as short as ever.
 */
export const PATIENT_WITH_CODE = { sandbox_hosts: ['nobody.example.test'] };

const PASS = 'callback(null, user, context);';
/** A rule that does this and lets the login through. */
export const doing = (work: string) => `function (user, context, callback) { ${work}; ${PASS} }`;

/** Starts it. */
export async function startRuleServer(settings: Parameters<typeof startManagementServer>[0] = {}): Promise<RuleServer> {
  const server = await startManagementServer(settings);
  return {
    ...server,
    async setRules(...scripts) {
      for (const { id } of (await server.api('GET', '/rules')).json as { id: string }[]) {
        await server.api('DELETE', `/rules/${id}`);
      }
      for (const [index, one] of scripts.entries()) {
        const rule = typeof one === 'string' ? { name: `Rule ${index + 1}`, script: one } : one;
        const { status, json } = await server.api('POST', '/rules', { ...rule, order: index + 1, enabled: true });
        assert.equal(status, 201, JSON.stringify(json));
      }
    },
    async logIn(request = {}, headers = {}) {
      const answer = await server.token({ ...SEED_REQUEST, ...request }, headers);
      const body = answer.json<Json>();
      const claimsOf = (token: unknown) =>
        typeof token === 'string' && token.split('.').length === 3 ? { ...decodeJwt(token) } : {};
      return {
        status: answer.statusCode,
        body,
        accessToken: claimsOf(body['access_token']),
        idToken: claimsOf(body['id_token']),
        requestId: String(answer.headers['x-auth0-requestid']),
      };
    },
    async eventOf(requestId) {
      const event = (await server.logs()).find(({ details }) => details['request_id'] === requestId);
      assert.ok(event);
      return event as RuledEvent;
    },
  };
}

/** The refusal of a login: status, code and words. */
export function refusalOf({ status, body }: RuledLogin): readonly unknown[] {
  return [status, body['error'], body['error_description']];
}

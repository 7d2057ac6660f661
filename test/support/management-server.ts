// A server with a machine client that may use the Management API, and requests to it by injection.
import assert from 'node:assert/strict';
import type { LightMyRequestResponse } from 'fastify';
import { MANAGEMENT_SCOPES } from '../../src/resource-server/management-audience.ts';
import { SAMPLE_TENANT } from './sample-tenant.ts';
import { HOST, ISSUER, startServer, type TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

export const MANAGEMENT_AUDIENCE = `${ISSUER}api/v2/`;
export const MANAGER = 'ManagementClient0000000000000000';
export const MANAGER_SECRET = 'management-client-secret-0123456789';

const ADMINISTRATIVE = MANAGEMENT_SCOPES.filter((scope) => !scope.includes('current_user'));

/** The sample tenant with the machine client. */
export const MANAGED_TENANT = {
  ...SAMPLE_TENANT,
  clients: [
    ...SAMPLE_TENANT.clients,
    {
      name: 'Management',
      client_id: MANAGER,
      client_secret: MANAGER_SECRET,
      app_type: 'non_interactive',
      grant_types: ['client_credentials'],
    },
  ],
  clientGrants: [{ client_id: 'Management', audience: MANAGEMENT_AUDIENCE, scope: ADMINISTRATIVE }],
};

export interface Answer {
  readonly status: number;
  /** The body read as JSON; null without one. */
  readonly json: never;
  readonly raw: LightMyRequestResponse;
}

export interface ManagementServer extends TestServer {
  /** A token of the machine client; with fewer scopes when they are named. */
  managementToken(scope?: string): Promise<string>;
  /** Asks the Management API with that token, or with another one; null sends none. */
  api(method: string, path: string, body?: unknown, token?: string | null): Promise<Answer>;
}

/** Starts it. */
export async function startManagementServer(
  settings: Parameters<typeof startServer>[0] = {},
): Promise<ManagementServer> {
  const server = await startServer({ tenant: MANAGED_TENANT, ...settings });
  let known: string | null = null;

  async function managementToken(scope?: string): Promise<string> {
    const answer = await server.token({
      grant_type: 'client_credentials',
      client_id: MANAGER,
      client_secret: MANAGER_SECRET,
      audience: MANAGEMENT_AUDIENCE,
      ...(scope === undefined ? {} : { scope }),
    });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<{ access_token: string }>().access_token;
  }

  return {
    ...server,
    managementToken,
    async api(method, path, body, token) {
      const bearer = token === undefined ? (known ??= await managementToken()) : token;
      const raw = await server.app.server.inject({
        method: method as 'GET',
        url: `/api/v2${path}`,
        headers: {
          host: HOST,
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: raw.statusCode, json: (raw.body === '' ? null : (JSON.parse(raw.body) as Json)) as never, raw };
    },
  };
}

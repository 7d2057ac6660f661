// The sample tenant with an API that allows refresh tokens, and clients of every kind that have them.
import assert from 'node:assert/strict';
import { API, BACKEND_SECRET, DATABASE, PASSWORD, SAMPLE_TENANT, USER } from './sample-tenant.ts';
import type { TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

export const STEADY_CLIENT = 'SteadyClient00000000000000000000';
export const ROTATING_CLIENT = 'RotatingClient000000000000000000';
export const LEEWAY_CLIENT = 'LeewayClient00000000000000000000';
export const SECRET_CLIENT = 'SecretClient00000000000000000000';
export const SECRET_CLIENT_SECRET = BACKEND_SECRET;
export const LEEWAY_SECONDS = 30;

const GRANTS = ['password', 'refresh_token'];
const ROTATING = { rotation_type: 'rotating', expiration_type: 'expiring' };

/** Clients whose tokens stay, rotate, rotate with a leeway, and one that has a secret. */
const REFRESH_CLIENTS = [
  { name: 'Steady', client_id: STEADY_CLIENT, app_type: 'native', grant_types: GRANTS },
  { name: 'Rotating', client_id: ROTATING_CLIENT, app_type: 'native', grant_types: GRANTS, refresh_token: ROTATING },
  {
    name: 'With leeway',
    client_id: LEEWAY_CLIENT,
    app_type: 'native',
    grant_types: GRANTS,
    refresh_token: { ...ROTATING, leeway: LEEWAY_SECONDS },
  },
  {
    name: 'With secret',
    client_id: SECRET_CLIENT,
    client_secret: SECRET_CLIENT_SECRET,
    app_type: 'regular_web',
    grant_types: GRANTS,
  },
];

/** The tenant. */
export const REFRESH_TENANT = {
  ...SAMPLE_TENANT,
  resourceServers: SAMPLE_TENANT.resourceServers.map((api) =>
    api.identifier === API ? { ...api, allow_offline_access: true } : api,
  ),
  clients: [...SAMPLE_TENANT.clients, ...REFRESH_CLIENTS],
  databases: SAMPLE_TENANT.databases.map((database) =>
    database.name === DATABASE
      ? { ...database, enabled_clients: [...database.enabled_clients, ...REFRESH_CLIENTS.map(({ name }) => name)] }
      : database,
  ),
};

/** A login that asks for a refresh token. */
export function loginRequest(clientId: string): Json {
  return {
    grant_type: 'password',
    username: USER,
    password: PASSWORD,
    audience: API,
    scope: 'openid email read:sample offline_access',
    client_id: clientId,
    ...(clientId === SECRET_CLIENT ? { client_secret: SECRET_CLIENT_SECRET } : {}),
  };
}

/** A use of a refresh token. */
export function refreshRequest(clientId: string, refreshToken: string): Json {
  return {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken,
    ...(clientId === SECRET_CLIENT ? { client_secret: SECRET_CLIENT_SECRET } : {}),
  };
}

/** Body of a 200 of the token endpoint. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly scope?: string;
  readonly expires_in: number;
  readonly token_type: string;
}

type AsksForTokens = Pick<TestServer, 'token'>;

/** Logs in and returns the refresh token. */
export async function logIn(server: AsksForTokens, clientId: string, more: Json = {}): Promise<string> {
  const { refresh_token: token } = await tokensOf(server, { ...loginRequest(clientId), ...more });
  assert.ok(token, 'the answer has a refresh token');
  return token;
}

/** The tokens that a request gets; fails for a refusal. */
export async function tokensOf(server: AsksForTokens, request: Json): Promise<Tokens> {
  const answer = await server.token(request);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Tokens>();
}

/** Uses the token; fails for a refusal. */
export function refresh(server: AsksForTokens, clientId: string, token: string, more: Json = {}): Promise<Tokens> {
  return tokensOf(server, { ...refreshRequest(clientId, token), ...more });
}

/** The request is refused as every bad refresh token is. */
export async function assertBadToken(server: AsksForTokens, request: Json): Promise<void> {
  const answer = await server.token(request);
  assert.deepEqual(
    [answer.statusCode, answer.body],
    [403, '{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}'],
  );
}

/** Uses of the token are refused, and the newest event says why. */
export async function assertRefused(
  server: TestServer,
  clientId: string,
  token: string,
  reason: string,
  type = 'fertft',
): Promise<void> {
  await assertBadToken(server, refreshRequest(clientId, token));
  const [event] = await server.logs();
  assert.deepEqual([event?.type, event?.details.error?.reason], [type, reason]);
}

// Requests that tests inject beside the JSON of `server.token`: forms, raw bodies, userinfo and metadata.
import type { LightMyRequestResponse } from 'fastify';
import { HOST, type TestServer } from './start-server.ts';

export type Answer = LightMyRequestResponse;
type Headers = Record<string, string>;

export const FORM = 'application/x-www-form-urlencoded';

/** POST /oauth/token with exactly these bytes and headers. */
export function postRaw(server: TestServer, payload: string | Buffer, headers: Headers): Promise<Answer> {
  return server.app.server.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { host: HOST, ...headers },
    payload,
  });
}

/** POST /oauth/token with a form body. */
export function postForm(server: TestServer, body: Headers | string, headers: Headers = {}): Promise<Answer> {
  const payload = typeof body === 'string' ? body : new URLSearchParams(body).toString();
  return postRaw(server, payload, { 'content-type': FORM, ...headers });
}

/** GET of an address, such as /userinfo. */
export function get(server: TestServer, url: string, headers: Headers = {}): Promise<Answer> {
  return server.app.server.inject({ method: 'GET', url, headers: { host: HOST, ...headers } });
}

/** GET /userinfo with this access token. */
export function getUserinfo(server: TestServer, token: string, headers: Headers = {}): Promise<Answer> {
  return get(server, '/userinfo', { authorization: `Bearer ${token}`, ...headers });
}

/** The tokens that this request is answered with; throws when it is refused. */
export async function tokensFor(
  server: TestServer,
  body: Record<string, unknown>,
  headers: Headers = {},
): Promise<{ readonly access_token: string; readonly id_token?: string; readonly scope?: string }> {
  const answer = await server.token(body, headers);
  if (answer.statusCode !== 200) throw new Error(`No tokens: ${answer.statusCode} ${answer.body}`);
  return answer.json();
}

/** The Authorization header of a client (RFC 6749 2.3.1: both parts are form-encoded). */
export function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((part) => new URLSearchParams({ v: part }).toString().slice(2)).join(':');
  return `Basic ${Buffer.from(encoded).toString('base64')}`;
}

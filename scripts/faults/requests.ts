// What the fault run sends: good logins, and hostile requests of every kind, each with the statuses it may be answered with.
// Every request comes from an address of its own, as a trusted proxy reports it.
import { randomBytes, randomInt } from 'node:crypto';
import { AUDIENCE, BACKEND_CLIENT, emailOf, HOST, PASSWORD, PUBLIC_CLIENT } from './tenant.ts';

/** One request, written out. */
export interface FaultRequest {
  readonly kind: string;
  readonly bytes: string;
  /** Beside these, 429 and 503 are always allowed. */
  readonly expected: readonly number[];
  /** True for the one kind that may be answered with a token. */
  readonly good: boolean;
}

/** Which requests a load is made of. */
export type Mix = 'logins' | 'hostile' | 'names' | 'kids';

/** The users that good logins are of: numbers 1 to this. */
export const USERS = 2000;

/** An address that documentation and benchmarks may use. */
function anyAddress(): string {
  return `198.${18 + randomInt(2)}.${randomInt(256)}.${randomInt(256)}`;
}

/** POST /oauth/token with this body. */
export function tokenRequest(body: string, headers: Readonly<Record<string, string>> = {}): string {
  return written('POST', '/oauth/token', { 'Content-Type': 'application/json', ...headers }, body);
}

/** POST of JSON to an address. */
export function jsonRequest(path: string, body: object): string {
  return written('POST', path, { 'Content-Type': 'application/json' }, JSON.stringify(body));
}

/** GET of an address. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return written('GET', path, headers);
}

/** The body of a login. */
export function login(username: string, password: string, more: object = {}): string {
  return JSON.stringify({
    grant_type: 'password',
    client_id: PUBLIC_CLIENT,
    audience: AUDIENCE,
    scope: 'read:sample',
    username,
    password,
    ...more,
  });
}

/** A request of the mix; each call makes another. */
export function anyRequest(mix: Mix): FaultRequest {
  switch (mix) {
    case 'logins':
      return goodLogin();
    case 'hostile':
      return Math.random() < 0.1 ? hostileRequest() : goodLogin();
    case 'names':
      return refused('a name never seen before', tokenRequest(login(`${randomText(12)}@example.com`, 'guess')), [403]);
    case 'kids':
      return refused('a key id never seen before', userinfoWith(forgedToken()), [401]);
  }
}

/** Written when they are first sent. */
const goodBodies: string[] = [];

function goodLogin(): FaultRequest {
  const user = 1 + randomInt(USERS);
  goodBodies[user] ??= login(emailOf(user), PASSWORD);
  return { kind: 'good login', bytes: tokenRequest(goodBodies[user]), expected: [200], good: true };
}

/** The hostile kinds. */
const HOSTILE: readonly (() => FaultRequest)[] = [
  () => refused('wrong password', tokenRequest(login(emailOf(1 + randomInt(USERS)), randomText(12))), [403]),
  () => refused('unknown user', tokenRequest(login(`${randomText(12)}@example.com`, PASSWORD)), [403]),
  () => refused('empty password', tokenRequest(login(emailOf(1), '')), [400]),
  () => refused('unknown client', tokenRequest(login(emailOf(1), PASSWORD, { client_id: randomText(12) })), [401]),
  () => refused('wrong secret', tokenRequest(login(emailOf(1), PASSWORD, wrongSecret())), [401]),
  () => refused('unknown audience', tokenRequest(login(emailOf(1), PASSWORD, { audience: randomText(12) })), [403]),
  () =>
    refused('unknown grant type', tokenRequest(login(emailOf(1), PASSWORD, { grant_type: randomText(8) })), [403, 400]),
  () => refused('half a JSON text', tokenRequest(login(emailOf(1), PASSWORD).slice(0, -10)), [400]),
  () => refused('random bytes', tokenRequest(randomBytes(200).toString('latin1')), [400]),
  () => refused('deep JSON', tokenRequest(`${'['.repeat(5000)}${']'.repeat(5000)}`), [400]),
  () => refused('a parameter of another type', tokenRequest(login(emailOf(1), PASSWORD, { scope: { a: 1 } })), [400]),
  () => refused('a huge password', tokenRequest(login(emailOf(1), 'x'.repeat(20_000))), [400]),
  () => refused('a huge user name', tokenRequest(login('x'.repeat(20_000), PASSWORD)), [400]),
  () => refused('a huge scope', tokenRequest(login(emailOf(1), PASSWORD, { scope: 'a '.repeat(20_000) })), [400]),
  () => refused('a body over the limit', tokenRequest('x'.repeat(70_000)), [400, 413]),
  () =>
    refused('another media type', tokenRequest(login(emailOf(1), PASSWORD), { 'Content-Type': 'text/plain' }), [415]),
  () => refused('a forged token', userinfoWith(forgedToken()), [401]),
  () => refused('a token that is none', userinfoWith(randomText(40)), [401]),
];

function hostileRequest(): FaultRequest {
  const make = HOSTILE[randomInt(HOSTILE.length)] ?? goodLogin;
  return make();
}

function wrongSecret(): object {
  return { client_id: BACKEND_CLIENT, client_secret: randomText(24) };
}

function refused(kind: string, bytes: string, expected: readonly number[]): FaultRequest {
  return { kind, bytes, expected, good: false };
}

function userinfoWith(token: string): string {
  return getRequest('/userinfo', { Authorization: `Bearer ${token}` });
}

/** A token of the right form, under a key id that nobody has. */
function forgedToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { alg: 'RS256', typ: 'JWT', kid: randomText(16) };
  const claims = { iss: `https://${HOST}/`, sub: 'auth0|1', aud: AUDIENCE, exp: 4_000_000_000 };
  return `${part(header)}.${part(claims)}.${randomBytes(256).toString('base64url')}`;
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

function written(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): string {
  let lines = `${method} ${path} HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-For: ${anyAddress()}\r\n`;
  for (const name of Object.keys(headers)) lines += `${name}: ${headers[name]}\r\n`;
  if (method === 'POST') lines += `Content-Length: ${body.length}\r\n`;
  return `${lines}\r\n${body}`;
}

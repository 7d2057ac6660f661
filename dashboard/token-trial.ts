// Sends a password grant to the public token endpoint, as any application would. Nothing of it is kept anywhere but with
// whoever called this: no cache, no storage, no address.

/** A client, and how it proves itself at the token endpoint. */
export interface TrialClient {
  readonly client_id: string;
  readonly name: string;
  readonly token_endpoint_auth_method?: 'none' | 'client_secret_post' | 'client_secret_basic';
  /** There when the client signs assertions with a key of its own. */
  readonly client_authentication_methods?: unknown;
  readonly grant_types?: readonly string[];
}

/** What is asked for; an empty text leaves the parameter out. */
export interface TrialRequest {
  readonly clientId: string;
  readonly secret: string;
  readonly audience: string;
  readonly realm: string;
  readonly scope: string;
  readonly username: string;
  readonly password: string;
}

/** What came back. */
export interface TrialAnswer {
  readonly status: number;
  /** Milliseconds, as the browser saw it. */
  readonly tookMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: unknown;
  /** By which the login inspector finds the request; null when the answer came from somewhere before the server. */
  readonly requestId: string | null;
}

const REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';
const TOLD_HEADERS = [
  ...['x-auth0-requestid', 'content-type', 'cache-control', 'retry-after', 'www-authenticate'],
  ...['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
];

/** True for a client that proves itself with its secret. */
export function needsSecret(client: TrialClient | undefined): boolean {
  return client?.token_endpoint_auth_method?.startsWith('client_secret_') === true;
}

/** True for a client that signs assertions: nobody but the application has the key for it. */
export function signsAssertions(client: TrialClient | undefined): boolean {
  return client?.client_authentication_methods !== undefined;
}

/** The body of the request. */
function bodyOf(request: TrialRequest, client: TrialClient | undefined): Record<string, string> {
  const { clientId, secret, audience, realm, scope, username, password } = request;
  const members = {
    ...{ grant_type: realm === '' ? 'password' : REALM_GRANT, username, password },
    ...{ realm, audience, scope },
    ...(usesBasic(client) ? {} : { client_id: clientId, client_secret: secret }),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''));
}

function headersOf({ clientId, secret }: TrialRequest, client: TrialClient | undefined): Record<string, string> {
  const json = { 'content-type': 'application/json' };
  if (!usesBasic(client)) return json;
  const pair = [clientId, secret].map(encodeURIComponent).join(':');
  return { ...json, authorization: `Basic ${btoa(pair)}` };
}

function usesBasic(client: TrialClient | undefined): boolean {
  return client?.token_endpoint_auth_method === 'client_secret_basic';
}

/** Sends it; rejects only when no answer comes. */
export async function tryGrant(request: TrialRequest, client: TrialClient | undefined): Promise<TrialAnswer> {
  const startedAt = performance.now();
  const answer = await fetch('/oauth/token', {
    method: 'POST',
    headers: headersOf(request, client),
    body: JSON.stringify(bodyOf(request, client)),
    // As from an application: without the cookie of the dashboard.
    credentials: 'omit',
    cache: 'no-store',
  });
  const text = await answer.text();
  return {
    status: answer.status,
    tookMs: performance.now() - startedAt,
    headers: TOLD_HEADERS.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
    body: parsed(text),
    requestId: answer.headers.get('x-auth0-requestid'),
  };
}

/** Asks who the token is of, with the token alone. */
export async function askUserinfo(token: string): Promise<unknown> {
  const answer = await fetch('/userinfo', {
    headers: { authorization: `Bearer ${token}` },
    credentials: 'omit',
    cache: 'no-store',
  });
  const body = parsed(await answer.text());
  return answer.ok ? body : { status: answer.status, body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same request as a command line, without password and secret. */
export function curlOf(request: TrialRequest, client: TrialClient | undefined): string {
  const secret = needsSecret(client) ? '********' : '';
  const masked = { ...request, secret, password: request.password === '' ? '' : '********' };
  const basic = usesBasic(client) ? [`  --user ${shellWord(`${request.clientId}:${secret}`)}`] : [];
  return [
    'curl --request POST',
    `  --url ${shellWord(`${location.origin}/oauth/token`)}`,
    ...basic,
    "  --header 'content-type: application/json'",
    `  --data ${shellWord(JSON.stringify(bodyOf(masked, client)))}`,
  ].join(' \\\n');
}

/** Names may hold anything, and the line is made to be pasted. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

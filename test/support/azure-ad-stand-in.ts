// Plays one tenant of Azure AD: the descriptions, key sets and token endpoints of both versions, and the part of Microsoft
// Graph that is read, with the requests, answers and error bodies that Microsoft documents. Tokens are signed with real keys.
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import type { Clock } from '../../src/lib/clock.ts';
import { type HttpsStandIn, type SeenRequest, sendJson, startHttpsStandIn } from './https-stand-in.ts';

export const AZURE_CLIENT = '00001111-aaaa-2222-bbbb-3333cccc4444';
export const AZURE_SECRET = 'azure-client-secret-of-the-test';
const TENANT_ID = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const GROUP = '#microsoft.graph.group';

/** Somebody in the tenant. */
export interface AzureUser {
  readonly upn: string;
  readonly password: string;
  readonly oid: string;
  readonly name?: string;
  /** The AADSTS number that follows the right password. */
  readonly refusal?: number;
  /** Claims that this user's tokens have besides. */
  readonly claims?: Record<string, unknown>;
  /** Names of groups, direct ones first; the ids are made of the names. */
  readonly groups?: readonly string[];
  readonly nestedGroups?: readonly string[];
  readonly attributes?: Record<string, unknown>;
}

export interface AzureAdStandIn extends HttpsStandIn {
  readonly tenantId: string;
  readonly users: AzureUser[];
  /** Claims that replace those of the next tokens, such as another issuer. */
  forged: Record<string, unknown>;
  /** Signs with a new key from now on, and publishes only that. */
  rotateKeys(): void;
  /** Signs with a key that is published nowhere, under the name of the published one. */
  signWithOwnKey(): void;
  /** How often the key set was fetched. */
  readonly keyFetches: () => number;
  /** Passwords that came in, in order. */
  readonly passwords: () => string[];
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Starts the tenant. */
export async function startAzureAdStandIn(clock: Clock): Promise<AzureAdStandIn> {
  let published = makeKey();
  let signing = published;
  const users: AzureUser[] = [];
  const appToken = randomUUID();
  const tokenOwners = new Map<string, AzureUser>();

  async function mint(user: AzureUser, version: 'v1.0' | 'v2.0'): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    const issuer = version === 'v2.0' ? `${standIn.origin}/${TENANT_ID}/v2.0` : `https://sts.windows.net/${TENANT_ID}/`;
    const names = version === 'v2.0' ? { preferred_username: user.upn } : { upn: user.upn, unique_name: user.upn };
    const claims = {
      iss: issuer,
      aud: AZURE_CLIENT,
      iat: now,
      nbf: now,
      exp: now + 3600,
      oid: user.oid,
      sub: `pairwise-${user.oid}`,
      tid: TENANT_ID,
      ver: version.slice(1),
      name: user.name,
      ...names,
      ...user.claims,
      ...standIn.forged,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: signing.kid })
      .sign(signing.privateKey);
  }

  async function giveTokens({ path, form }: SeenRequest, response: ServerResponse): Promise<void> {
    const version = path.endsWith('/oauth2/v2.0/token') ? 'v2.0' : 'v1.0';
    if (form.get('client_id') !== AZURE_CLIENT) return refuse(response, 700016, 'unauthorized_client');
    const secret = form.get('client_secret');
    if (secret === null) return refuse(response, 7000218, 'invalid_client', 401);
    if (secret !== AZURE_SECRET) return refuse(response, 7000215, 'invalid_client', 401);
    if (form.get('grant_type') === 'client_credentials') {
      return sendJson(response, 200, { token_type: 'Bearer', expires_in: 3599, access_token: appToken });
    }
    const accessToken = randomUUID();
    if (form.get('grant_type') === 'refresh_token') {
      const owner = tokenOwners.get(form.get('refresh_token') ?? '');
      if (!owner) return refuse(response, 70000, 'invalid_grant');
      tokenOwners.set(accessToken, owner);
      return sendJson(response, 200, { token_type: 'Bearer', expires_in: '3599', access_token: accessToken });
    }
    const user = users.find(({ upn }) => upn.toLowerCase() === form.get('username')?.toLowerCase());
    if (!user) return refuse(response, 50034, 'invalid_grant');
    if (user.password !== form.get('password')) return refuse(response, 50126, 'invalid_grant');
    if (user.refusal !== undefined) return refuse(response, user.refusal, 'invalid_grant');
    tokenOwners.set(accessToken, user);
    const base = { token_type: 'Bearer', scope: form.get('scope'), expires_in: 3599 };
    if (version === 'v2.0') {
      return sendJson(response, 200, { ...base, access_token: accessToken, id_token: await mint(user, version) });
    }
    const refreshToken = randomUUID();
    tokenOwners.set(refreshToken, user);
    // The ID token of the old endpoint is not signed, which is why it is not looked at.
    const idToken = `${encoded({ typ: 'JWT', alg: 'none' })}.${encoded({ oid: 'not-signed', aud: AZURE_CLIENT })}.`;
    const tokens = { access_token: await mint(user, version), refresh_token: refreshToken, id_token: idToken };
    return sendJson(response, 200, { ...base, expires_in: '3599', resource: AZURE_CLIENT, ...tokens });
  }

  function graph({ path, query, headers }: SeenRequest, response: ServerResponse): void {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    const [, , subject = '', id = '', list = id] = path.split('/').map(decodeURIComponent);
    const isOwn = subject === 'me';
    const user = isOwn ? tokenOwners.get(token) : users.find(({ upn, oid }) => upn === id || oid === id);
    if (isOwn ? !user : token !== appToken)
      return sendJson(response, 401, { error: { code: 'InvalidAuthenticationToken' } });
    if (!user) return sendJson(response, 404, { error: { code: 'Request_ResourceNotFound' } });
    if (list === 'memberOf' || list === 'transitiveMemberOf') {
      const names = [...(user.groups ?? []), ...(list === 'memberOf' ? [] : (user.nestedGroups ?? []))];
      const others = [{ '@odata.type': '#microsoft.graph.directoryRole', id: 'role', displayName: 'A role' }];
      const all = [
        ...others,
        ...names.map((name) => ({ '@odata.type': GROUP, id: `id-of-${name}`, displayName: name })),
      ];
      const from = Number(query.get('$skiptoken') ?? 0);
      const size = Number(query.get('$top') ?? 100);
      const next = `${standIn.origin}${path}?$select=id,displayName&$top=${size}&$skiptoken=${from + size}`;
      const more = all.length > from + size ? { '@odata.nextLink': next } : {};
      return sendJson(response, 200, { value: all.slice(from, from + size), ...more });
    }
    const known = { id: user.oid, userPrincipalName: user.upn, accountEnabled: true, displayName: user.name };
    return sendJson(response, 200, { ...known, ...user.attributes });
  }

  async function answer(request: SeenRequest, response: ServerResponse): Promise<void> {
    const { path } = request;
    if (path.startsWith('/v1.0/')) return graph(request, response);
    const [, tenant = '', ...rest] = path.split('/');
    const isKnown = [TENANT_ID, 'example.onmicrosoft.com'].includes(tenant);
    if (!isKnown) return refuse(response, 90002, 'invalid_tenant');
    const [isV2, what] = [path.includes('/v2.0'), rest.at(-1)];
    if (what === 'openid-configuration') {
      const base = `${standIn.origin}/${TENANT_ID}`;
      return sendJson(response, 200, {
        issuer: isV2 ? `${base}/v2.0` : `https://sts.windows.net/${TENANT_ID}/`,
        token_endpoint: `${base}/oauth2/${isV2 ? 'v2.0/' : ''}token`,
        jwks_uri: `${base}/discovery/${isV2 ? 'v2.0/' : ''}keys`,
      });
    }
    if (what === 'keys') {
      const jwk = { ...(await exportJWK(published.publicKey)), kid: published.kid, use: 'sig' };
      return sendJson(response, 200, { keys: [jwk] });
    }
    if (what === 'token' && request.method === 'POST') return giveTokens(request, response);
    response.writeHead(404).end();
  }

  const server = await startHttpsStandIn(answer);
  const standIn: AzureAdStandIn = Object.assign(server, {
    tenantId: TENANT_ID,
    users,
    forged: {},
    rotateKeys() {
      published = makeKey();
      signing = published;
    },
    signWithOwnKey() {
      signing = { ...makeKey(), kid: published.kid };
    },
    keyFetches: () => server.seen.filter(({ path }) => path.endsWith('/keys')).length,
    passwords: () => server.seen.flatMap(({ form }) => form.get('password') ?? []),
  });
  return standIn;
}

/** An error in the form of Microsoft's. */
export function refuse(response: ServerResponse, code: number, error: string, status = 400): void {
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const lines = [
    `AADSTS${code}: What Microsoft says of it.`,
    `Trace ID: ${ids.trace_id}`,
    'Timestamp: 2026-01-15 12:00:00Z',
  ];
  const body = { error, error_description: lines.join('\r\n'), error_codes: [code], timestamp: '2026-01-15 12:00:00Z' };
  sendJson(response, status, { ...body, ...ids, error_uri: `https://login.microsoftonline.com/error?code=${code}` });
}

function makeKey(): SigningKey {
  return { kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

// Which pages may call the token and userinfo endpoints: before the client is known those of any client of the tenant,
// afterwards only those of this client; and never with cookies.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, basic, getUserinfo, postRaw, tokensFor } from '../support/injected-request.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const OWN = 'https://app.example.test';
/** From the callback of the backend. */
const OTHERS = 'https://backend.example.test';
const NOBODYS = [
  'https://evil.example',
  'null',
  '',
  'http://app.example.test',
  'https://app.example.test:444',
  'https://app.example.test.evil.example',
  'https://evil.app.example.test',
  'https://APP.example.test',
  'https://app.example.test/',
  'https://app.example.test, https://evil.example',
  '*',
];

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const allowed = (answer: Answer) => answer.headers['access-control-allow-origin'];

function assertNoCookies({ headers }: Answer): void {
  assert.equal(headers['access-control-allow-credentials'], undefined);
  assert.notEqual(headers['access-control-allow-origin'], '*');
  assert.equal(headers['vary'], 'Origin');
}

for (const url of ['/oauth/token', '/userinfo']) {
  const preflight = (origin: string) =>
    server.app.server.inject({
      method: 'OPTIONS',
      url,
      headers: {
        host: HOST,
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'auth0-client,content-type',
      },
    });

  for (const origin of [OWN, OTHERS]) {
    test(`a preflight of ${url} from ${origin}, which a client of the tenant lists, is allowed [T-37]`, async () => {
      const answer = await preflight(origin);
      assert.equal(answer.statusCode, 204);
      assert.equal(answer.body, '');
      assert.equal(allowed(answer), origin);
      assert.equal(answer.headers['access-control-allow-methods'], 'GET, POST');
      assert.equal(answer.headers['access-control-allow-headers'], 'authorization, auth0-client, content-type');
      assert.equal(answer.headers['access-control-max-age'], '600');
      assertNoCookies(answer);
    });
  }

  test(`a preflight of ${url} from an origin that nobody lists is answered without permission [T-37]`, async () => {
    for (const origin of NOBODYS) {
      const answer = await preflight(origin);
      assert.equal(answer.statusCode, 204);
      const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
      assert.deepEqual(names, [], origin);
      assertNoCookies(answer);
    }
  });

  test(`a preflight of ${url} on a host that no tenant lists is answered 404 [T-37]`, async () => {
    const headers = { host: 'unknown.example.test', origin: OWN, 'access-control-request-method': 'POST' };
    const answer = await server.app.server.inject({ method: 'OPTIONS', url, headers });
    assert.equal(answer.statusCode, 404);
    assert.equal(allowed(answer), undefined);
  });
}

const BACKEND = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };

interface Row {
  readonly name: string;
  readonly request: Record<string, unknown>;
  readonly status: number;
  /** Whether pages of the public client and of the backend may read the answer. */
  readonly own: boolean;
  readonly others: boolean;
}

const ROWS: readonly Row[] = [
  { name: 'a success', request: SEED_REQUEST, status: 200, own: true, others: false },
  { name: 'a success of the other client', request: BACKEND, status: 200, own: false, others: true },
  { name: 'a wrong password', request: { ...SEED_REQUEST, password: 'x' }, status: 403, own: true, others: false },
  { name: 'an unknown user', request: { ...SEED_REQUEST, username: 'x' }, status: 403, own: true, others: false },
  { name: 'no password', request: { ...SEED_REQUEST, password: '' }, status: 400, own: true, others: false },
  { name: 'an unknown audience', request: { ...SEED_REQUEST, audience: 'x' }, status: 403, own: true, others: false },
  { name: 'a wrong secret', request: { ...BACKEND, client_secret: 'x' }, status: 401, own: false, others: true },
  {
    name: 'a client that lists no origin',
    request: { ...SEED_REQUEST, client_id: 'WithoutGrant' },
    status: 403,
    own: false,
    others: false,
  },
  {
    name: 'an unknown client',
    request: { ...SEED_REQUEST, client_id: 'Nobody' },
    status: 401,
    own: true,
    others: true,
  },
  { name: 'no client', request: { ...SEED_REQUEST, client_id: '' }, status: 401, own: true, others: true },
  { name: 'no grant type', request: { ...SEED_REQUEST, grant_type: '' }, status: 400, own: true, others: true },
  {
    name: 'an unknown grant type',
    request: { ...SEED_REQUEST, grant_type: 'x' },
    status: 400,
    own: true,
    others: true,
  },
  { name: 'a malformed parameter', request: { ...SEED_REQUEST, scope: 1 }, status: 400, own: true, others: true },
];

for (const { name, request, status, own, others } of ROWS) {
  test(`${name} may be read by the pages of its client, or before one is known of any [T-37]`, async () => {
    for (const [origin, may] of [
      [OWN, own],
      [OTHERS, others],
      ...NOBODYS.map((one) => [one, false] as const),
    ] as const) {
      const answer = await server.token(request, { origin });
      assert.equal(answer.statusCode, status);
      assert.equal(allowed(answer), may ? origin : undefined, origin);
      const exposed = answer.headers['access-control-expose-headers'];
      assert.equal(exposed !== undefined, may);
      if (may) assert.match(String(exposed), /x-ratelimit-limit.*retry-after, www-authenticate/);
      assertNoCookies(answer);
    }
  });
}

test('refusals before anything is read carry the headers too [T-37]', async () => {
  const headers = { origin: OWN, 'content-type': 'text/plain' };
  for (const answer of [
    await postRaw(server, '{}', headers),
    await postRaw(server, 'x'.repeat(100_000), headers),
    await server.app.server.inject({ method: 'PUT', url: '/oauth/token', headers: { host: HOST, origin: OWN } }),
  ]) {
    assert.ok(answer.statusCode >= 400);
    assert.equal(allowed(answer), OWN);
  }
});

test('a client in a Basic header is known too [T-37]', async () => {
  const { client_id: _, ...request } = SEED_REQUEST;
  const authorization = basic(BACKEND_CLIENT, BACKEND_SECRET);
  assert.equal(allowed(await server.token(request, { authorization, origin: OTHERS })), OTHERS);
  assert.equal(allowed(await server.token(request, { authorization, origin: OWN })), undefined);
});

test('userinfo may be read by the pages of the client of the token only [T-37]', async () => {
  const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  for (const [origin, may] of [
    [OWN, true],
    [OTHERS, false],
    ['https://evil.example', false],
  ] as const) {
    const answer = await getUserinfo(server, token, { origin });
    assert.equal(answer.statusCode, 200);
    assert.equal(allowed(answer), may ? origin : undefined, origin);
    assertNoCookies(answer);
  }
});

test('a refusal of userinfo may be read by the pages of any client of the tenant [T-37]', async () => {
  for (const [origin, may] of [
    [OWN, true],
    [OTHERS, true],
    ['https://evil.example', false],
  ] as const) {
    const answer = await getUserinfo(server, 'forged', { origin });
    assert.equal(answer.statusCode, 401);
    assert.equal(allowed(answer), may ? origin : undefined, origin);
    assertNoCookies(answer);
  }
});

test('an origin of another tenant is nobody’s here [T-37]', async () => {
  const two = await startServer();
  await two.apply({
    tenant: { name: 'other', domains: ['other.example.test'] },
    clients: [{ name: 'Page', client_id: 'Page', app_type: 'spa', web_origins: ['https://page.example.test'] }],
  });
  const answer = await two.token(SEED_REQUEST, { origin: 'https://page.example.test' });
  assert.equal(answer.statusCode, 200);
  assert.equal(allowed(answer), undefined);
  await two.close();
});

test('a request without an origin gets no permission, and says that the origin matters [T-37]', async () => {
  const answer = await server.token(SEED_REQUEST);
  assert.equal(allowed(answer), undefined);
  assertNoCookies(answer);
});

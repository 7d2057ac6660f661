// The Host header chooses among configured domains and makes nothing up: the issuer comes from the configuration.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { get, getUserinfo, tokensFor } from '../support/injected-request.ts';
import { API, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, ISSUER, startServer, type TestServer } from '../support/start-server.ts';

const SECOND = 'login.example.test';
const ALIAS = 'localhost:3000';

let server: TestServer;
before(async () => {
  const domains = [HOST, SECOND, { host: ALIAS, alias_of: HOST }];
  server = await startServer({ tenant: { ...SAMPLE_TENANT, tenant: { ...SAMPLE_TENANT.tenant, domains } } });
});
after(() => server.close());

const OPENID = { ...SEED_REQUEST, scope: 'openid' };

async function issuerFor(host: string, headers: Record<string, string> = {}): Promise<string | undefined> {
  const tokens = await tokensFor(server, OPENID, { ...headers, host });
  const document = (await get(server, '/.well-known/openid-configuration', { ...headers, host })).json<{
    issuer: string;
  }>();
  const { iss, aud } = decodeJwt(tokens.access_token);
  assert.equal(document.issuer, iss);
  assert.equal(decodeJwt(tokens.id_token ?? '').iss, iss);
  assert.deepEqual(aud, [API, `${iss}userinfo`]);
  return iss;
}

const UNKNOWN = [
  'unknown.example.test',
  'evil.tenant.example.test',
  'tenant.example.test.evil.example',
  'tenant.example.test:8443',
  'tenant.example.test.',
  'tenant.example.test/',
  'tenant.example.test, evil.example',
  'tenant.example.test evil.example',
  'tenant.example.test@evil.example',
  'localhost',
  'localhost:3001',
  '127.0.0.1',
  '[::1]',
  '',
  '*',
  '%',
  'x'.repeat(10_000),
];

for (const host of UNKNOWN) {
  const shown = host.length > 60 ? `${host.slice(0, 8)}…` : JSON.stringify(host);
  test(`on the host ${shown} nothing is found [T-43]`, async () => {
    const requests = [
      await server.token(SEED_REQUEST, { host }),
      await get(server, '/userinfo', { host }),
      await get(server, '/.well-known/openid-configuration', { host }),
      await get(server, '/.well-known/oauth-authorization-server', { host }),
      await get(server, '/.well-known/jwks.json', { host }),
      await get(server, '/authorize', { host }),
    ];
    for (const answer of requests) {
      assert.equal(answer.statusCode, 404);
      assert.equal(answer.body, '{"statusCode":404,"error":"Not Found","message":"Not Found"}');
    }
  });
}

test('each domain of a tenant makes its own issuer [T-43]', async () => {
  assert.equal(await issuerFor(HOST), ISSUER);
  assert.equal(await issuerFor(SECOND), `https://${SECOND}/`);
});

test('an alias speaks as the domain it stands for [T-43]', async () => {
  assert.equal(await issuerFor(ALIAS), ISSUER);
});

test('a host in upper case is the same host, and the issuer stays in lower case [T-43]', async () => {
  assert.equal(await issuerFor(HOST.toUpperCase()), ISSUER);
});

const SPOOFED: Record<string, string> = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '666',
  'x-forwarded-server': 'evil.example',
  'x-host': 'evil.example',
  'x-original-host': 'evil.example',
  'x-http-host-override': 'evil.example',
  forwarded: 'host=evil.example;proto=http',
};
for (const [name, value] of Object.entries(SPOOFED)) {
  test(`the header ${name} changes nothing [T-43]`, async () => {
    assert.equal(await issuerFor(HOST, { [name]: value }), ISSUER);
    const { body } = await get(server, '/.well-known/openid-configuration', { [name]: value });
    assert.equal(body.includes('evil'), false);
  });

  test(`the header ${name} does not reach a tenant on an unknown host [T-43]`, async () => {
    const spoofed = name === 'forwarded' ? `host=${HOST}` : HOST;
    const answer = await server.token(SEED_REQUEST, { host: 'unknown.example.test', [name]: spoofed });
    assert.equal(answer.statusCode, 404);
  });
}

test('a token opens userinfo on the domain that issued it and its aliases, and on no other domain [T-43]', async () => {
  for (const audience of [API, null]) {
    const { access_token: token } = await tokensFor(server, { ...OPENID, audience });
    assert.equal((await getUserinfo(server, token)).statusCode, 200);
    assert.equal((await getUserinfo(server, token, { host: ALIAS })).statusCode, 200);
    assert.equal((await getUserinfo(server, token, { host: SECOND })).statusCode, 401);
  }
});

test('health answers on any host', async () => {
  for (const host of [HOST, 'unknown.example.test', '127.0.0.1:3000']) {
    assert.equal((await get(server, '/healthz', { host })).statusCode, 200);
    assert.equal((await get(server, '/readyz', { host })).statusCode, 200);
  }
});

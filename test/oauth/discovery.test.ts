// The two discovery documents: what they say, that all of it answers, and who may read them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get } from '../support/injected-request.ts';
import { HOST, ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const DOCUMENTS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

for (const url of DOCUMENTS) {
  test(`${url} has the issuer with its slash and addresses below it (oidcc-discovery-endpoint-verification)`, async () => {
    const answer = await get(server, url);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    const document = answer.json<Record<string, unknown>>();
    assert.equal(document['issuer'], ISSUER);
    assert.equal(document['token_endpoint'], `${ISSUER}oauth/token`);
    assert.equal(document['userinfo_endpoint'], `${ISSUER}userinfo`);
    assert.equal(document['jwks_uri'], `${ISSUER}.well-known/jwks.json`);
    assert.equal(document['authorization_endpoint'], `${ISSUER}authorize`);
    assert.deepEqual(document['subject_types_supported'], ['public']);
    assert.deepEqual(document['id_token_signing_alg_values_supported'], ['HS256', 'RS256']);
    const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
    assert.deepEqual(document['token_endpoint_auth_methods_supported'], methods);
  });

  test(`${url} has no grant_types_supported, which Auth0 does not publish`, async () => {
    assert.equal('grant_types_supported' in (await get(server, url)).json<object>(), false);
  });

  test(`${url} may be cached for a moment and read by any page, without credentials`, async () => {
    const { headers } = await get(server, url, { origin: 'https://anywhere.example' });
    assert.equal(headers['cache-control'], 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['access-control-allow-credentials'], undefined);
  });
}

test('both documents are the same', async () => {
  const [one, other] = await Promise.all(DOCUMENTS.map((url) => get(server, url)));
  assert.equal(one?.body, other?.body);
});

test('every address that is published answers [T-26]', async () => {
  const document = (await get(server, '/.well-known/openid-configuration')).json<Record<string, unknown>>();
  const addresses = Object.entries(document).filter(([name]) => /_(endpoint|uri)$/.test(name));
  assert.ok(addresses.length >= 4);
  for (const [name, address] of addresses) {
    const { pathname } = new URL(String(address));
    const method = name === 'token_endpoint' ? 'POST' : 'GET';
    const answer = await server.app.server.inject({ method, url: pathname, headers: { host: HOST } });
    assert.notEqual(answer.statusCode, 404, name);
    assert.ok(answer.statusCode < 500, name);
  }
});

test('/authorize says that there are no browser flows', async () => {
  const answer = await get(server, '/authorize?response_type=code&client_id=x');
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.json<{ error: string }>().error, 'unsupported_response_type');
});

test('an address that does not exist is answered 404', async () => {
  for (const url of [
    '/',
    '/oauth/ro',
    '/tokeninfo',
    '/co/authenticate',
    '/oauth/token/',
    '/api/v2/nothing',
    '/.well-known/',
  ]) {
    const answer = await get(server, url);
    assert.equal(answer.statusCode, 404, url);
    assert.equal(answer.body, '{"statusCode":404,"error":"Not Found","message":"Not Found"}');
  }
});

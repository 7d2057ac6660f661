// The published key set: its members, that a token verifies under it, and that nothing private is in it.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { get, tokensFor } from '../support/injected-request.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

interface Jwk {
  readonly kty: string;
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly x5t: string;
  readonly x5c: readonly string[];
}

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

async function publishedKeys(of: TestServer): Promise<readonly Jwk[]> {
  const answer = await get(of, '/.well-known/jwks.json');
  assert.equal(answer.statusCode, 200);
  return answer.json<{ keys: Jwk[] }>().keys;
}

test('the key set holds the current and the next key, with exactly Auth0’s members', async () => {
  const keys = await publishedKeys(server);
  assert.equal(keys.length, 2);
  assert.notEqual(keys[0]?.kid, keys[1]?.kid);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key), ['alg', 'kty', 'use', 'n', 'e', 'kid', 'x5t', 'x5c']);
    const { n: _, kid: __, x5t: ___, x5c: ____, ...rest } = { ...key };
    assert.deepEqual(rest, { alg: 'RS256', kty: 'RSA', use: 'sig', e: 'AQAB' });
  }
});

test('the first key is the one that signs', async () => {
  const [current] = await publishedKeys(server);
  const { access_token: token } = await tokensFor(server, SEED_REQUEST);
  assert.equal(decodeProtectedHeader(token).kid, current?.kid);
});

test('x5c is a certificate of the same key for this host, and x5t its thumbprint', async () => {
  for (const { n, e, x5t, x5c } of await publishedKeys(server)) {
    assert.equal(x5c.length, 1);
    const der = Buffer.from(x5c[0] ?? '', 'base64');
    const certificate = new X509Certificate(der);
    assert.equal(certificate.subject, `CN=${HOST}`);
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    assert.ok(certificate.publicKey.equals(key));
    assert.ok(certificate.verify(key), 'self-signed');
    assert.equal(x5t, createHash('sha1').update(der).digest('base64url'));
  }
});

test('no private member is published', async () => {
  const { body } = await get(server, '/.well-known/jwks.json');
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
    assert.equal(body.includes(`"${member}":`), false, member);
});

test('the flag remove_alg_from_jwks leaves out alg and nothing else', async () => {
  const tenant = { ...SAMPLE_TENANT.tenant, flags: { remove_alg_from_jwks: true } };
  const flagged = await startServer({ tenant: { ...SAMPLE_TENANT, tenant } });
  for (const key of await publishedKeys(flagged)) {
    assert.deepEqual(Object.keys(key), ['kty', 'use', 'n', 'e', 'kid', 'x5t', 'x5c']);
  }
  await flagged.close();
});

test('two tenants have keys of their own', async () => {
  const two = await startServer();
  await two.apply({ tenant: { name: 'other', domains: ['other.example.test'] } });
  const ours = await publishedKeys(two);
  const theirs = (await get(two, '/.well-known/jwks.json', { host: 'other.example.test' })).json<{ keys: Jwk[] }>()
    .keys;
  const moduli = new Set([...ours, ...theirs].map((key) => key.n));
  assert.equal(moduli.size, 4);
  await two.close();
});

test('the key set may be cached for a moment and read by any page', async () => {
  const { headers } = await get(server, '/.well-known/jwks.json');
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(headers['cache-control'], 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400');
  assert.equal(headers['access-control-allow-origin'], '*');
});

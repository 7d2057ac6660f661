// Algorithms per API: each has keys of its own, every one of them is published, and tokens verify by nothing else.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import type { KeyAlgorithm } from '../../src/key/key.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { ecdsa, edDsa, forgeJwt, hmac, rsa, rsaPss, unsigned, userinfoClaims } from '../support/forged-jwt.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { keySetOf, kidOf, recordsOf } from '../support/key-set.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const apiOf = (algorithm: string) => `https://${algorithm.toLowerCase()}.example.test/api`;
const APIS = ALGORITHMS.map((algorithm) => ({ identifier: apiOf(algorithm), signing_alg: algorithm }));
const FILE = { ...SAMPLE_TENANT, resourceServers: [...SAMPLE_TENANT.resourceServers, ...APIS] };

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: FILE });
});
after(() => server.close());

const requestFor = (algorithm: string, scope = 'openid') => ({ ...SEED_REQUEST, audience: apiOf(algorithm), scope });

for (const algorithm of ALGORITHMS) {
  test(`a token for a ${algorithm} API verifies under the ${algorithm} key of the published set and opens userinfo [T-20]`, async () => {
    const { access_token: token } = await tokensFor(server, requestFor(algorithm));
    const header = decodeProtectedHeader(token);
    assert.deepEqual(header, { alg: algorithm, typ: 'JWT', kid: await kidOf(server, 'current', algorithm) });
    const claims = await verifyWithPublishedKeys(server, token, { algorithms: [algorithm] });
    assert.deepEqual(claims.aud, [apiOf(algorithm), `${ISSUER}userinfo`]);
    assert.equal((await getUserinfo(server, token)).statusCode, 200);
  });
}

test('the ID token is RS256 whatever the API is', async () => {
  const { id_token: token = '' } = await tokensFor(server, requestFor('EdDSA'));
  assert.equal(decodeProtectedHeader(token).alg, 'RS256');
  await verifyWithPublishedKeys(server, token);
});

test('the published set has a current and a next key for each algorithm, each with its own members and certificate', async () => {
  const MEMBERS: Record<KeyAlgorithm, readonly string[]> = {
    RS256: ['alg', 'kty', 'use', 'n', 'e', 'kid', 'x5t', 'x5c'],
    PS256: ['alg', 'kty', 'use', 'n', 'e', 'kid', 'x5t', 'x5c'],
    ES256: ['alg', 'kty', 'use', 'crv', 'x', 'y', 'kid', 'x5t', 'x5c'],
    EdDSA: ['alg', 'kty', 'use', 'crv', 'x', 'kid', 'x5t', 'x5c'],
  };
  const { keys } = await keySetOf(server.app);
  assert.equal(keys.length, 8);
  for (const algorithm of ALGORITHMS) {
    const ofAlgorithm = keys.filter((key) => key.alg === algorithm);
    assert.equal(ofAlgorithm.length, 2, algorithm);
    for (const key of ofAlgorithm) {
      assert.deepEqual(Object.keys(key).toSorted(), MEMBERS[algorithm].toSorted());
      const certificate = new X509Certificate(Buffer.from(key['x5c']?.[0] ?? '', 'base64'));
      assert.equal(certificate.subject, 'CN=tenant.example.test');
      const published = certificate.publicKey.export({ format: 'jwk' });
      for (const [name, value] of Object.entries(published)) assert.equal(key[name as 'n'], value, name);
      assert.ok(certificate.verify(certificate.publicKey));
    }
  }
  assert.equal(new Set(keys.map((key) => key.n ?? key.x)).size, 8, 'one key is for one algorithm');
});

test('applying the file again makes no further keys, and a first API of an algorithm makes its two', async () => {
  const made = await recordsOf(server);
  await server.apply(FILE);
  assert.deepEqual(await recordsOf(server), made);
  const plain = await startServer();
  assert.equal((await recordsOf(plain)).length, 2);
  await plain.apply(FILE);
  assert.equal((await recordsOf(plain)).length, 8);
  const { access_token: token } = await tokensFor(plain, requestFor('ES256'));
  await verifyWithPublishedKeys(plain, token, { algorithms: ['ES256'] });
  await plain.close();
});

test('no signature by one key and another algorithm than its own opens userinfo [T-20]', async () => {
  const { id } = await sampleTenantOf(server);
  const keys = (await server.app.stores.keys.list(id)).filter((key) => key.status === 'current');
  assert.equal(keys.length, 4);
  const HEADERS = [
    'none',
    'HS256',
    'HS384',
    'HS512',
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'ES256',
    'ES384',
    'EdDSA',
    'Ed25519',
  ];
  const opened: string[] = [];
  for (const { kid, algorithm, privateKey, publicKey } of keys) {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const own = {
      rsa: [rsa(privateKey), rsa(privateKey, 384), rsa(privateKey, 512), rsaPss(privateKey)],
      ec: [ecdsa(privateKey), ecdsa(privateKey, 384)],
      ed25519: [edDsa(privateKey)],
    }[publicKey.asymmetricKeyType as 'rsa' | 'ec' | 'ed25519'];
    const signatures = [unsigned, hmac(pem), hmac(pem, 384), hmac(pem, 512), ...own];
    for (const alg of HEADERS) {
      for (const signature of signatures) {
        const token = forgeJwt({ alg, typ: 'JWT', kid }, userinfoClaims(server), signature);
        if ((await getUserinfo(server, token)).statusCode === 200) opened.push(`${algorithm} by ${alg}`);
      }
    }
  }
  assert.deepEqual(opened.toSorted(), ALGORITHMS.map((algorithm) => `${algorithm} by ${algorithm}`).toSorted());
});

test('a key of one algorithm does not verify a token that names the key of another [T-20]', async () => {
  const { id } = await sampleTenantOf(server);
  const [rs, ps] = (await server.app.stores.keys.list(id)).filter(
    (key) => key.status === 'current' && key.publicJwk.kty === 'RSA',
  );
  assert.ok(rs && ps);
  const token = forgeJwt({ alg: rs.algorithm, typ: 'JWT', kid: ps.kid }, userinfoClaims(server), rsa(rs.privateKey));
  assert.equal((await getUserinfo(server, token)).statusCode, 401);
});

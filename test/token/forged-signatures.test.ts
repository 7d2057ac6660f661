// Tokens with the right claims and somebody else's signature, or none: userinfo opens to the tenant's own RS256 only,
// whatever algorithm the token asks to be checked with.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { SigningKey } from '../../src/key/key.ts';
import {
  currentKeyOf,
  ecdsa,
  edDsa,
  forgeJwt,
  garbage,
  hmac,
  rsa,
  rsaPss,
  unsigned,
  userinfoClaims,
} from '../support/forged-jwt.ts';
import { get, getUserinfo } from '../support/injected-request.ts';
import { HS256_SECRET } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let own: SigningKey;
before(async () => {
  server = await startServer();
  own = await currentKeyOf(server);
});
after(() => server.close());

const strangersRsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

type Signature = (input: Buffer) => Buffer;

/** Every way to sign that an attacker has, and the tenant's own. Made when the test runs, after the server is up. */
function signatures(): ReadonlyArray<readonly [name: string, signature: Signature]> {
  const pem = own.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const pkcs1 = own.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const der = own.publicKey.export({ type: 'spki', format: 'der' });
  if (own.publicJwk.kty !== 'RSA') throw new Error('The own key is no RSA key.');
  const { n, e, x5c } = own.publicJwk;
  const certificate = `-----BEGIN CERTIFICATE-----\n${x5c[0]?.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
  return [
    ['no signature', unsigned],
    ['garbage', garbage],
    ['an RSA key of a stranger', rsa(strangersRsa)],
    ['an RSA key of a stranger, PSS', rsaPss(strangersRsa)],
    ['a P-256 key of a stranger', ecdsa(p256)],
    ['a P-384 key of a stranger', ecdsa(p384, 384)],
    ['a P-521 key of a stranger', ecdsa(p521, 512)],
    ['an Ed25519 key of a stranger', edDsa(ed25519)],
    ['HMAC under an empty key', hmac('')],
    ['HMAC under the public key as PEM', hmac(pem)],
    ['HMAC under the public key as PEM without its last line break', hmac(pem.trimEnd())],
    ['HMAC under the public key as PKCS 1 PEM', hmac(pkcs1)],
    ['HMAC under the public key as DER', hmac(der)],
    ['HMAC under the published JWK', hmac(JSON.stringify(own.publicJwk))],
    ['HMAC under a bare JWK', hmac(JSON.stringify({ kty: 'RSA', n, e }))],
    ['HMAC under the modulus', hmac(Buffer.from(n, 'base64url'))],
    ['HMAC under the text of the modulus', hmac(n)],
    ['HMAC under the certificate', hmac(certificate)],
    ['HMAC under the key id', hmac(own.kid)],
    ['HMAC-384 under the public key as PEM', hmac(pem, 384)],
    ['HMAC-512 under the public key as PEM', hmac(pem, 512)],
    ['HMAC under the secret of an API', hmac(HS256_SECRET)],
    ['the own key with SHA-384', rsa(own.privateKey, 384)],
    ['the own key with SHA-512', rsa(own.privateKey, 512)],
    ['the own key, PSS', rsaPss(own.privateKey)],
    ['the own key', rsa(own.privateKey)],
  ];
}

const ALGORITHMS = [
  'none',
  'None',
  'NONE',
  'nOnE',
  '',
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'EdDSA',
  'Ed25519',
  'rs256',
  'RS256 ',
  'RSA-OAEP',
  'dir',
];

for (const alg of ALGORITHMS) {
  test(`alg ${JSON.stringify(alg)} opens userinfo with ${alg === 'RS256' ? 'the own key only' : 'no key at all'} [T-20]`, async () => {
    for (const [name, signature] of signatures()) {
      const token = forgeJwt({ alg, typ: 'JWT', kid: own.kid }, userinfoClaims(server), signature);
      const answer = await getUserinfo(server, token);
      const good = alg === 'RS256' && name === 'the own key';
      assert.equal(answer.statusCode, good ? 200 : 401, name);
      if (good) continue;
      assert.equal(
        answer.body,
        '{"error":"invalid_token","error_description":"The access token is invalid or has expired"}',
      );
    }
  });
}

for (const alg of [undefined, null, 256, true, ['RS256'], { alg: 'RS256' }]) {
  test(`alg ${JSON.stringify(alg)} is no algorithm [T-20]`, async () => {
    const header = { typ: 'JWT', kid: own.kid, ...(alg === undefined ? {} : { alg }) };
    for (const signature of [unsigned, rsa(own.privateKey)]) {
      const answer = await getUserinfo(server, forgeJwt(header, userinfoClaims(server), signature));
      assert.equal(answer.statusCode, 401);
    }
  });
}

test('the signature of another token does not fit [T-20]', async () => {
  const header = { alg: 'RS256', typ: 'JWT', kid: own.kid };
  const good = forgeJwt(header, userinfoClaims(server), rsa(own.privateKey));
  const other = forgeJwt(header, userinfoClaims(server, { sub: 'auth0|other' }), rsa(own.privateKey));
  const [head = '', payload = ''] = other.split('.');
  assert.equal((await getUserinfo(server, `${head}.${payload}.${good.split('.')[2]}`)).statusCode, 401);
});

test('a duplicate alg in the header does not help [T-20]', async () => {
  for (const text of [
    `{"alg":"RS256","alg":"none","typ":"JWT","kid":"${own.kid}"}`,
    `{"alg":"none","alg":"RS256","typ":"JWT","kid":"${own.kid}"}`,
  ]) {
    assert.equal((await getUserinfo(server, forgeJwt(text, userinfoClaims(server), unsigned))).statusCode, 401);
  }
});

test('a key that is published for the time to come verifies already, and a key of nobody never does', async () => {
  const tenants = await get(server, '/.well-known/jwks.json');
  const [, next] = tenants.json<{ keys: { kid: string }[] }>().keys;
  const keys = await server.app.stores.keys.list(
    (await server.app.stores.tenants.findByName('acme'))?.id ?? assert.fail(),
  );
  const nextKey = keys.find((key) => key.kid === next?.kid) ?? assert.fail();
  const header = { alg: 'RS256', typ: 'JWT' };
  const signedByNext = forgeJwt({ ...header, kid: nextKey.kid }, userinfoClaims(server), rsa(nextKey.privateKey));
  assert.equal((await getUserinfo(server, signedByNext)).statusCode, 200);
  // The right key under the wrong name.
  const misnamed = forgeJwt({ ...header, kid: own.kid }, userinfoClaims(server), rsa(nextKey.privateKey));
  assert.equal((await getUserinfo(server, misnamed)).statusCode, 401);
});

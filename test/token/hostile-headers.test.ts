// Headers of tokens that try to choose the key, the algorithm or the meaning: the key is found by an exact kid among the
// tenant's own, everything else that a header says of keys is ignored, and nothing is fetched.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { after, before, test } from 'node:test';
import { CompactEncrypt, exportJWK } from 'jose';
import type { SigningKey } from '../../src/key/key.ts';
import { currentKeyOf, forgeJwt, hmac, rsa, unsigned, userinfoClaims } from '../support/forged-jwt.ts';
import { getUserinfo } from '../support/injected-request.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let own: SigningKey;
let connections = 0;
before(async () => {
  server = await startServer();
  own = await currentKeyOf(server);
  // What a database is asked side by side opens its connections, which are none of these.
  await Promise.all(Array.from({ length: 8 }, () => server.app.stores.tenants.findByName('acme')));
  subscribe('net.client.socket', () => {
    connections += 1;
  });
  subscribe('http.client.request.start', () => {
    connections += 1;
  });
  subscribe('undici:request:create', () => {
    connections += 1;
  });
});
after(() => server.close());

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function statusOf(header: Record<string, unknown> | string, key = own.privateKey): Promise<number> {
  return (await getUserinfo(server, forgeJwt(header, userinfoClaims(server), rsa(key)))).statusCode;
}

test('a header of exactly alg, typ and kid is accepted', async () => {
  assert.equal(await statusOf({ alg: 'RS256', typ: 'JWT', kid: own.kid }), 200);
});

const KIDS: ReadonlyArray<readonly [name: string, kid: unknown]> = [
  ['none', undefined],
  ['empty', ''],
  ['null', null],
  ['a number', 0],
  ['an array', ['kid']],
  ['an object', {}],
  ['of nobody', 'AAAAAAAAAAAAAAAAAAAAA'],
  ['a path', '../../../../../../dev/null'],
  ['an absolute path', '/dev/null'],
  ['a file address', 'file:///dev/null'],
  ['a web address', 'https://evil.example/jwks.json'],
  ['a query', "' or '1'='1"],
  ['a query that adds a key', "x' union select 'AA==' --"],
  ['a command', '$(sleep 1)|sleep 1'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['length', 'length'],
  ['an index', '0'],
  ['NUL', '\0'],
  ['129 characters', 'k'.repeat(129)],
  ['10,000 characters', 'k'.repeat(10_000)],
];

for (const [name, kid] of KIDS) {
  test(`a kid that is ${name} finds no key [T-21]`, async () => {
    const header = { alg: 'RS256', typ: 'JWT', ...(kid === undefined ? {} : { kid }) };
    assert.equal(await statusOf(header), 401);
    assert.equal(await statusOf(header, stranger.privateKey), 401);
    // The key that such a kid might lead to: an empty file, the text of a property.
    for (const key of ['', '\0', 'AA==', '[object Object]']) {
      const token = forgeJwt({ ...header, alg: 'HS256' }, userinfoClaims(server), hmac(key));
      assert.equal((await getUserinfo(server, token)).statusCode, 401);
    }
  });
}

for (const change of [
  (kid: string) => kid.toLowerCase(),
  (kid: string) => ` ${kid}`,
  (kid: string) => `${kid}\0`,
  (kid: string) => kid.slice(0, -1),
]) {
  test(`a kid that is nearly the own one finds no key: ${change('KID')} [T-21]`, async () => {
    assert.equal(await statusOf({ alg: 'RS256', typ: 'JWT', kid: change(own.kid) }), 401);
  });
}

test('a key or an address in the header is ignored in favour of the own key [T-21]', async () => {
  const jwk = await exportJWK(stranger.publicKey);
  const der = stranger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const extras: ReadonlyArray<Record<string, unknown>> = [
    { jwk },
    { jwk: { ...jwk, kid: own.kid } },
    { jku: 'https://evil.example/.well-known/jwks.json' },
    { jku: 'http://127.0.0.1:1/jwks.json' },
    { x5u: 'https://evil.example/cert.pem' },
    { x5c: [der] },
    { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    { iss: 'https://evil.example/', key: 'x' },
  ];
  for (const extra of extras) {
    const header = { alg: 'RS256', typ: 'JWT', ...extra };
    const shown = Object.keys(extra).join();
    assert.equal(await statusOf({ ...header, kid: own.kid }, stranger.privateKey), 401, `${shown} under the own kid`);
    assert.equal(await statusOf({ ...header, kid: 'other' }, stranger.privateKey), 401, `${shown} under another kid`);
    assert.equal(await statusOf(header, stranger.privateKey), 401, `${shown} without a kid`);
    assert.equal(await statusOf({ ...header, kid: own.kid }), 200, `${shown} on a token of our own`);
  }
  assert.equal(connections, 0, 'nothing was fetched');
});

const CRITICAL: ReadonlyArray<Record<string, unknown>> = [
  { crit: ['b64'], b64: false },
  { crit: ['b64'], b64: true },
  { crit: ['exp'], exp: 9_999_999_999 },
  { crit: ['x-unknown'], 'x-unknown': true },
  { crit: [] },
  { crit: 'b64' },
  { crit: null },
  { crit: ['kid'] },
];
for (const extra of CRITICAL) {
  test(`a header with ${JSON.stringify(extra)} is refused, also under the own signature [T-21]`, async () => {
    assert.equal(await statusOf({ alg: 'RS256', typ: 'JWT', kid: own.kid, ...extra }), 401);
  });
}

test('b64 without crit does not change how the payload is read [T-21]', async () => {
  assert.equal(await statusOf({ alg: 'RS256', typ: 'JWT', kid: own.kid, b64: false }, stranger.privateKey), 401);
});

for (const typ of [undefined, 'at+jwt', 'application/jwt', 'jwt', 'dpop+jwt', 'logout+jwt', '', 1]) {
  test(`typ ${JSON.stringify(typ)} is no access token of ours, also under the own signature [T-21]`, async () => {
    assert.equal(await statusOf({ alg: 'RS256', kid: own.kid, ...(typ === undefined ? {} : { typ }) }), 401);
  });
}

test('a JWE of five parts is refused, whoever it was encrypted for [T-21]', async () => {
  const plaintext = new TextEncoder().encode(JSON.stringify(userinfoClaims(server)));
  const secret = Buffer.alloc(32, 1);
  const jwes = [
    await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: own.kid, typ: 'JWT' })
      .encrypt(own.publicKey),
    await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: own.kid, typ: 'JWT' })
      .encrypt(secret),
    // A count of 2^31 rounds that must not be computed.
    `${Buffer.from(`{"alg":"PBES2-HS256+A128KW","enc":"A128CBC-HS256","p2c":2147483647,"p2s":"AAAA","kid":"${own.kid}","typ":"JWT"}`).toString('base64url')}.AAAA.AAAA.AAAA.AAAA`,
    `${Buffer.from(`{"alg":"RS256","typ":"JWT","kid":"${own.kid}"}`).toString('base64url')}.AAAA.AAAA.AAAA.AAAA`,
  ];
  for (const jwe of jwes) {
    assert.equal(jwe.split('.').length, 5);
    assert.equal((await getUserinfo(server, jwe)).statusCode, 401);
  }
});

test('what is no compact JWS is refused', async () => {
  const good = forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, userinfoClaims(server), rsa(own.privateKey));
  const [header = '', payload = '', signature = ''] = good.split('.');
  const shapes = [
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${header}..${signature}`,
    `.${payload}.${signature}`,
    '..',
    '.',
    `${good}.`,
    `${good}.${signature}`,
    `.${good}`,
    `${good}=`,
    `${header}=.${payload}.${signature}`,
    `${header}.${payload}.${signature}!`,
    JSON.stringify({ protected: header, payload, signature }),
    forgeJwt('not json', userinfoClaims(server), unsigned),
    forgeJwt('[]', userinfoClaims(server), unsigned),
    forgeJwt('null', userinfoClaims(server), unsigned),
    forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, 'not json', rsa(own.privateKey)),
    forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, '[]', rsa(own.privateKey)),
    forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, 'null', rsa(own.privateKey)),
    forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, '"text"', rsa(own.privateKey)),
  ];
  for (const token of shapes) assert.equal((await getUserinfo(server, token)).statusCode, 401, token.slice(0, 80));
  assert.equal((await getUserinfo(server, good)).statusCode, 200);
});

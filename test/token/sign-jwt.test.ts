// Signatures as JWTs carry them, whatever numbers they are made of.
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { signJwt } from '../../src/token/sign-jwt.ts';

test('an ES256 signature has 64 bytes and verifies, however small its numbers are', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let small = 0;
  // One number in 256 has a byte less.
  for (let count = 1; count <= 2500; count += 1) {
    const token = await signJwt({ count }, 'JWT', { algorithm: 'ES256', kid: 'some-key', privateKey });
    const [header, payload, last = ''] = token.split('.');
    const signature = Buffer.from(last, 'base64url');
    assert.equal(signature.length, 64);
    if (signature[0] === 0 || signature[32] === 0) small += 1;
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), key, signature), token);
  }
  assert.ok(small > 0);
});

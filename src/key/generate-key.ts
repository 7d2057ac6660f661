// Makes a signing key: an RSA pair with the self-signed certificate that `x5c` and `x5t` are made of.
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomAlphanumeric } from '../lib/id.ts';
import type { PublicJwk, SigningKey, SigningKeyStatus } from './key.ts';

const KID_LENGTH = 21;
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** A new 2048-bit key whose certificate names the tenant's host. */
export async function generateSigningKey(host: string, status: SigningKeyStatus, now: number): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const certificate = await selfSign(host, publicKey, privateKey, now);
  const { n, e } = publicKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new Error('An RSA key without modulus or exponent.');
  const publicJwk: PublicJwk = {
    alg: 'RS256',
    kty: 'RSA',
    use: 'sig',
    n,
    e,
    kid: randomAlphanumeric(KID_LENGTH),
    x5t: createHash('sha1').update(certificate).digest('base64url'),
    x5c: [certificate.toString('base64')],
  };
  return { kid: publicJwk.kid, algorithm: 'RS256', status, publicJwk, publicKey, privateKey };
}

async function selfSign(host: string, publicKey: KeyObject, privateKey: KeyObject, now: number): Promise<Buffer> {
  // Imported here: only making keys needs it, and it is slow to load.
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host.replace(/:\d+$/, '')}`,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 10 * YEAR_MS),
    signingAlgorithm: algorithm,
    keys: {
      publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
      privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
    },
  });
  return Buffer.from(certificate.rawData);
}

// Makes a signing key: a pair for one algorithm, with the self-signed certificate that `x5c` and `x5t` are made of.
import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomAlphanumeric } from '../lib/id.ts';
import type { KeyAlgorithm, PublicJwk, SigningKey } from './key.ts';

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

interface Kind {
  generate(): Promise<Pair>;
  /** How its certificate is signed, in the words of Web Cryptography. */
  readonly certificate: { readonly name: string; readonly hash: string };
}

const KID_LENGTH = 21;
const YEAR_MS = 365 * 24 * 3600 * 1000;

const makePair = promisify(generateKeyPair);
const makeRsaPair = () => makePair('rsa', { modulusLength: 2048 });

const KINDS: Record<KeyAlgorithm, Kind> = {
  RS256: { generate: makeRsaPair, certificate: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
  PS256: { generate: makeRsaPair, certificate: { name: 'RSA-PSS', hash: 'SHA-256' } },
  ES256: {
    generate: () => makePair('ec', { namedCurve: 'P-256' }),
    certificate: { name: 'ECDSA', hash: 'SHA-256' },
  },
  EdDSA: { generate: () => makePair('ed25519', {}), certificate: { name: 'Ed25519', hash: '' } },
};

/** A new key, published from now on, whose certificate names the tenant's host. */
export async function generateSigningKey(
  algorithm: KeyAlgorithm,
  host: string,
  status: 'current' | 'next',
  now: number,
): Promise<SigningKey> {
  const kind = KINDS[algorithm];
  const pair = await kind.generate();
  const certificate = await selfSign(host, pair, kind.certificate, now);
  const kid = randomAlphanumeric(KID_LENGTH);
  const { kty, ...members } = pair.publicKey.export({ format: 'jwk' });
  const publicJwk = {
    alg: algorithm,
    kty,
    use: 'sig',
    ...members,
    kid,
    x5t: createHash('sha1').update(certificate).digest('base64url'),
    x5c: [certificate.toString('base64')],
  } as PublicJwk;
  const currentSince = status === 'current' ? now : null;
  return { kid, algorithm, status, publishedAt: now, currentSince, retiredAt: null, publicJwk, ...pair };
}

async function selfSign(host: string, pair: Pair, { name, hash }: Kind['certificate'], now: number): Promise<Buffer> {
  // Imported here: only making keys needs it, and it is slow to load.
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = { name, hash, namedCurve: 'P-256', saltLength: 32 };
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host.replace(/:\d+$/, '')}`,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 10 * YEAR_MS),
    signingAlgorithm: algorithm,
    keys: {
      publicKey: pair.publicKey.toCryptoKey(algorithm, true, ['verify']),
      privateKey: pair.privateKey.toCryptoKey(algorithm, true, ['sign']),
    },
  });
  return Buffer.from(certificate.rawData);
}

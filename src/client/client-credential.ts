// A client credential: the public half of a key pair by which a client signs its assertions (`private_key_jwt`), in place of
// a secret that both sides know. A client has up to two, so that one can follow the other.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

export type AssertionAlgorithm = 'RS256' | 'RS384' | 'PS256';

export interface ClientCredential {
  /** `cred_` and 16 letters and digits. */
  readonly id: string;
  readonly name: string | null;
  /** The thumbprint of the key (RFC 7638). */
  readonly kid: string;
  /** The only algorithm by which this key counts. */
  readonly algorithm: AssertionAlgorithm;
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** Milliseconds since 1970 UTC from which on it does not count; null for never. */
  readonly expiresAt: number | null;
}

const SMALLEST_MODULUS_BITS = 2048;
const LARGEST_MODULUS_BITS = 8192;

/** The public key of a PEM in the one form in which it is stored, or what is wrong with it in words for its owner. */
export function readPublicKey(
  pem: string,
): { readonly kid: string; readonly publicKey: string } | { readonly problem: string } {
  if (/PRIVATE KEY/.test(pem)) return { problem: 'is a private key: give the public one, and make a new pair.' };
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return { problem: 'is no public key or certificate in PEM form.' };
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa') return { problem: 'is no RSA key.' };
  if (bits < SMALLEST_MODULUS_BITS || bits > LARGEST_MODULUS_BITS) {
    return { problem: `has ${bits} bits; it must have ${SMALLEST_MODULUS_BITS} to ${LARGEST_MODULUS_BITS}.` };
  }
  return { kid: thumbprintOf(key), publicKey: key.export({ type: 'spki', format: 'pem' }).toString() };
}

function thumbprintOf(key: KeyObject): string {
  const { e, n } = key.export({ format: 'jwk' });
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
}

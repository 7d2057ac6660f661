// A signing key of a tenant: the pair that signs its RS256 tokens. The current one signs; the next one is published ahead
// of its time, so that whoever caches the key set knows it before it is used.
import type { KeyObject } from 'node:crypto';

export type SigningKeyStatus = 'current' | 'next' | 'previous' | 'revoked';

/** One member of the published key set (RFC 7517), as Auth0 prints it. */
export interface PublicJwk {
  readonly alg: 'RS256';
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  /** SHA-1 thumbprint of the certificate, URL-safe base64. */
  readonly x5t: string;
  /** One self-signed certificate, base64 DER. */
  readonly x5c: readonly string[];
}

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: 'RS256';
  readonly status: SigningKeyStatus;
  readonly publicJwk: PublicJwk;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

// A signing key of a tenant: one pair for one algorithm. The current one signs; the next one is published ahead of its time,
// so that whoever caches the key set knows it before it is used; a previous one stays published while a token that it signed
// may live; a revoked one is trusted no more.
import type { KeyObject } from 'node:crypto';

/** The algorithms (RFC 7518, RFC 8037) that tokens can be signed with under a key pair of the tenant. */
export const KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

export type SigningKeyStatus = 'current' | 'next' | 'previous' | 'revoked';

/** One member of the published key set (RFC 7517), as Auth0 prints it. */
export type PublicJwk = {
  readonly alg: KeyAlgorithm;
  readonly use: 'sig';
  readonly kid: string;
  /** SHA-1 thumbprint of the certificate, URL-safe base64. */
  readonly x5t: string;
  /** One self-signed certificate, base64 DER. */
  readonly x5c: readonly string[];
} & (
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
);

/** Where a key is in its life; all instants are milliseconds since 1970 UTC. */
export interface KeyRecord {
  readonly kid: string;
  readonly algorithm: KeyAlgorithm;
  readonly publicJwk: PublicJwk;
  readonly status: SigningKeyStatus;
  readonly publishedAt: number;
  /** When it began to sign; null when it never did. */
  readonly currentSince: number | null;
  /** When it was rotated out or revoked; null before that. */
  readonly retiredAt: number | null;
}

export interface SigningKey extends KeyRecord {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * How long a key that signs no more is still published: the longest lifetime that any token can be given (30 days), and an
 * hour for clocks that differ and for nodes that had not heard of the rotation. Lifetimes as they are configured now say
 * nothing of the tokens that the key signed before they were changed.
 */
export const PUBLISHED_AFTER_RETIREMENT_MS = (30 * 24 + 1) * 3600 * 1000;

/** True while tokens of this key are to be trusted. */
export function isPublished({ status, retiredAt }: KeyRecord, now: number): boolean {
  if (status === 'revoked') return false;
  return status !== 'previous' || now < (retiredAt ?? 0) + PUBLISHED_AFTER_RETIREMENT_MS;
}

// Remembers which tokens had a right signature: a client shows the same one again and again, and checking a signature costs
// more than everything else that is done with it. What can change (the time, the keys) is checked every time.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { VerifiedAccessToken } from './verify-access-token.ts';

/** A token that was verified for an issuer. */
export interface VerifiedToken {
  readonly token: VerifiedAccessToken;
  /** The key that signed it. */
  readonly kid: string;
  /** Seconds since 1970 UTC. */
  readonly expiresAt: number;
}

export interface VerifiedTokens {
  /** Null for a token that was not verified lately. */
  find(issuer: string, text: string): VerifiedToken | null;
  remember(issuer: string, text: string, verified: VerifiedToken): void;
}

// Security: strangers cannot fill it, since only what this server signed comes in.
const MOST_TOKENS = 10_000;

/** Builds it. Tokens themselves are not kept, only their digests. */
export function createVerifiedTokens(): VerifiedTokens {
  const verified = new LRUCache<string, VerifiedToken>({ max: MOST_TOKENS });
  const keyOf = (issuer: string, text: string) => hash('sha256', `${issuer} ${text}`, 'base64');
  return {
    find: (issuer, text) => verified.get(keyOf(issuer, text)) ?? null,
    remember(issuer, text, token) {
      verified.set(keyOf(issuer, text), token);
    },
  };
}

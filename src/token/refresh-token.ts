// A refresh token (RFC 6749 1.5): what a client shows in place of a password. One login begins one, and what takes its place
// at each use belongs to it. Its texts are made, not stored: each is a keyed digest of how often the token was replaced, under
// a secret of its own that lies sealed in its row.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';

/** A refresh token with all that took its place; instants in milliseconds since 1970 UTC. */
export interface RefreshToken {
  /** Names it in lists and logs; nobody gets anything for it. */
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  /** Where the user logged in. */
  readonly connectionId: string;
  /** The API of the login; null for none. */
  readonly audience: string | null;
  /** What was granted at the login. */
  readonly scope: readonly string[];
  /** True when each use replaces it. */
  readonly rotating: boolean;
  /** How often it was replaced. */
  readonly counter: number;
  readonly createdAt: number;
  /** When the newest text was given out for the first time. */
  readonly replacedAt: number;
  /** Null before the first use. */
  readonly usedAt: number | null;
  /** The end that no use puts off; null for none. */
  readonly expiresAt: number | null;
  /** Its end as things stand, by age, idleness or revocation; null for none. */
  readonly endsAt: number | null;
  readonly revokedAt: number | null;
}

/** One with what its texts are made of. */
export interface KeyedRefreshToken extends RefreshToken {
  readonly secret: Secret;
}

/** What a text says of itself; `isGenuine` tells whether it is true. */
export interface ClaimedRefreshToken {
  readonly id: string;
  readonly counter: number;
  readonly digest: Buffer;
}

export const REFRESH_TOKEN_ID_LENGTH = 32;
export const REFRESH_TOKEN_SECRET_BYTES = 32;

// Auth0's tokens begin so.
const PREFIX = 'v1.M';
const DIGEST_BYTES = 32;
const COUNTER_BYTES = 4;
const TEXT = /^v1\.M([A-Za-z0-9_-]{70})$/;

/** The text that counts after so many replacements; always the same. */
export function writeRefreshToken(token: Pick<KeyedRefreshToken, 'id' | 'secret'>, counter: number): string {
  const count = Buffer.alloc(COUNTER_BYTES);
  count.writeUInt32BE(counter);
  // Security: the id, which lists and logs show, stands behind the digest: no beginning of a token is known to anybody.
  const bytes = Buffer.concat([digestOf(token, counter), Buffer.from(token.id, 'hex'), count]);
  return PREFIX + bytes.toString('base64url');
}

/** What the text says; null for one that is no refresh token by its form. */
export function readRefreshToken(text: string): ClaimedRefreshToken | null {
  const body = TEXT.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64url');
  const end = bytes.length - COUNTER_BYTES;
  return {
    id: bytes.toString('hex', DIGEST_BYTES, end),
    counter: bytes.readUInt32BE(end),
    digest: bytes.subarray(0, DIGEST_BYTES),
  };
}

/** True when the text behind the claim was made by this server for this token, however long ago. */
export function isGenuine(token: Pick<KeyedRefreshToken, 'id' | 'secret'>, claimed: ClaimedRefreshToken): boolean {
  return timingSafeEqual(digestOf(token, claimed.counter), claimed.digest);
}

function digestOf({ id, secret }: Pick<KeyedRefreshToken, 'id' | 'secret'>, counter: number): Buffer {
  return createHmac('sha256', secret.reveal()).update(`${id} ${counter}`).digest();
}

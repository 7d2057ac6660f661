// Checks the signed JWT by which a client proves itself (RFC 7523 3, OpenID Connect Core 9). Keys and algorithms come from
// the client's own records, never from the token (RFC 8725 3.1). That it is used once is the caller's to see to.

import { createPublicKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { AssertionReason } from '../error/refusal-reason.ts';

/** A key by which the assertion may be signed. */
export interface AssertionKey {
  readonly algorithm: 'RS256' | 'RS384' | 'PS256';
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

/** What the assertion must say. */
interface Expected {
  /** Issuer and subject. */
  readonly clientId: string;
  /** Of these one must be in the audience. */
  readonly audiences: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** A valid assertion, or why it is none, for the log. */
type AssertionVerdict =
  | {
      readonly valid: true;
      readonly jti: string;
      /** Milliseconds since 1970 UTC from which on it will be refused as expired. */
      readonly usableUntil: number;
    }
  | { readonly valid: false; readonly reason: AssertionReason };

const LONGEST_LIFETIME_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 60;
const LONGEST_JTI = 256;
const ACCEPTED_TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'client-authentication+jwt'];

/** The client that an assertion names, before anything about it is known to be true; null when it names none. */
export function readAssertionSubject(assertion: string): string | null {
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' && sub !== '' ? sub : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** Resolves to the verdict; never throws for what the assertion says. */
export async function verifyAssertion(
  assertion: string,
  keys: readonly AssertionKey[],
  expected: Expected,
): Promise<AssertionVerdict> {
  if (keys.length === 0) return refused('without-key');
  try {
    const { alg, typ } = decodeProtectedHeader(assertion);
    // Security: what the client signed for another purpose, such as an access token of its own, is no proof.
    if (!ACCEPTED_TYPES.includes(typ?.toLowerCase())) return refused('type');
    let verdict = refused('algorithm');
    for (const key of keys.filter(({ algorithm }) => algorithm === alg)) {
      verdict = await verifyWithKey(assertion, key, expected);
      if (verdict.valid) return verdict;
    }
    return verdict;
  } catch (error) {
    // Not even the shape of a JWT.
    if (error instanceof TypeError) return refused('malformed');
    throw error;
  }
}

async function verifyWithKey(
  assertion: string,
  key: AssertionKey,
  { clientId, audiences, now }: Expected,
): Promise<AssertionVerdict> {
  try {
    const { payload } = await jwtVerify(assertion, createPublicKey(key.publicKey), {
      algorithms: [key.algorithm],
      issuer: clientId,
      subject: clientId,
      audience: [...audiences],
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    });
    const { exp = Number.POSITIVE_INFINITY, iat = 0, jti } = payload;
    const seconds = now / 1000;
    if (exp > seconds + LONGEST_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS) return refused('lifetime');
    if (typeof iat !== 'number' || iat > seconds + CLOCK_TOLERANCE_SECONDS) return refused('issued-in-the-future');
    if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) return refused('jti');
    return { valid: true, jti, usableUntil: Math.ceil((exp + CLOCK_TOLERANCE_SECONDS) * 1000) };
  } catch (error) {
    if (error instanceof errors.JOSEError) return refused(error.code.toLowerCase());
    throw error;
  }
}

function refused(reason: string): AssertionVerdict {
  return { valid: false, reason: `assertion-${reason}` };
}

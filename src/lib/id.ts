// Random identifiers from the system's cryptographic generator.
import { randomBytes, randomInt } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A string of so many letters and digits, each about 5.95 bits of randomness. */
export function randomAlphanumeric(length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += ALPHANUMERIC[randomInt(ALPHANUMERIC.length)];
  return text;
}

/** A string of so many lower-case hexadecimal digits; the length must be even. */
export function randomHex(length: number): string {
  return nextBytes(length / 2).toString('hex');
}

/** URL-safe base64 of so many random bytes. */
export function randomBase64Url(bytes: number): string {
  return nextBytes(bytes).toString('base64url');
}

const TIME_DIGITS = 11;

/**
 * An id of 20 lower-case hexadecimal digits: the first 11 are the milliseconds since 1970 UTC, so that ids made later stand
 * behind earlier ones and an index on them grows at its end; the rest is 36 bits of randomness.
 */
export function timedHex(now: number): string {
  return now.toString(16).padStart(TIME_DIGITS, '0') + randomHex(10).slice(1);
}

/**
 * Makes ids of 24 hexadecimal digits, each higher than the one before: the time, a random part, and a number. Many of them
 * are neighbours in an index, and much cheaper to add than as many random ones.
 */
export function createRisingIds(now: number): () => string {
  const digits = (number: number) => (number >>> 0).toString(16).padStart(8, '0');
  const first = digits(Math.floor(now / 1000)) + randomHex(8);
  let count = 0;
  return () => {
    count += 1;
    return first + digits(count);
  };
}

// Asking the system for a few bytes costs as much as asking for many. Each byte is given out once.
const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);
let used = 0;

function nextBytes(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(Math.max(POOL_BYTES, count));
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

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

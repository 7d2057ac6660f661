// The little that a script may ask of the machine: hashes, whether a bcrypt hash fits, and a random number. Runs inside the
// sandbox's process, outside of its engine. Called by guest-session.ts.
import { createHash, createHmac, randomInt } from 'node:crypto';

const ALGORITHMS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);
const TEXT_ENCODINGS: ReadonlySet<string> = new Set(['utf8', 'latin1', 'hex', 'base64', 'base64url']);
const DIGEST_ENCODINGS: ReadonlySet<string> = new Set(['hex', 'base64', 'base64url', 'latin1']);

const FRACTIONS = 2 ** 47;

const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** One of cost 12 takes about a quarter of the time that a script has. */
const MOST_COST = 12;
const MOST_BYTES = 72;

/** The digest of the pieces, an HMAC where there is a key; throws an error in words for whoever wrote the script. */
export function digest(
  algorithm: string,
  encoding: string,
  pieces: readonly (readonly [string, string])[],
  key: string | null,
): string {
  if (!ALGORITHMS.has(algorithm))
    throw new Error(`crypto: there is no ${algorithm}, but ${[...ALGORITHMS].join(', ')}`);
  if (!DIGEST_ENCODINGS.has(encoding)) throw new Error(`crypto: there is no encoding ${encoding}`);
  const hash = key === null ? createHash(algorithm) : createHmac(algorithm, key);
  for (const [called, text] of pieces) {
    if (!TEXT_ENCODINGS.has(called)) throw new Error(`crypto: there is no encoding ${called}`);
    hash.update(Buffer.from(text, called as BufferEncoding));
  }
  return hash.digest(encoding as 'hex');
}

/** Whether the hash is that of the password; rejects with an error in words for what is no bcrypt hash or too dear. */
export async function compareBcrypt(password: string, hash: string): Promise<boolean> {
  const cost = BCRYPT_HASH.exec(hash)?.[1];
  if (cost === undefined) throw new Error('bcrypt: this is no bcrypt hash');
  if (Number(cost) > MOST_COST) throw new Error(`bcrypt: a cost above ${MOST_COST} takes longer than there is time`);
  // Security: bcrypt stops at 72 bytes and at NUL; what it would cut is another password.
  const bytes = Buffer.byteLength(password);
  if (bytes === 0 || bytes > MOST_BYTES || password.includes('\0')) return false;
  const { bcryptVerify } = await import('hash-wasm');
  return bcryptVerify({ password, hash });
}

/** At least 0 and less than 1, and nobody’s to foretell. */
export function randomFraction(): number {
  return randomInt(FRACTIONS) / FRACTIONS;
}

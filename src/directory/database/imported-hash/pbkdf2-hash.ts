// PBKDF2 (RFC 8018 5.2) in a PHC string: `$pbkdf2-sha512$i=100000,l=64$SALT$HASH`.
import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { DIGEST_BYTES, type DigestName } from './digest.ts';
import { encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, LEAST_HASH_BYTES, UnusableHash } from './imported-hash.ts';

const FORM = /^\$pbkdf2-([a-z0-9]+)\$(?:(?:i=(\d{1,8}))?,?(?:l=(\d{1,4}))?\$)?([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
// Auth0: what an entry means that leaves them out.
const DEFAULT_ITERATIONS = '100000';
const DEFAULT_LENGTH = '64';
const MOST_ITERATIONS = 10_000_000;
const MOST_LENGTH = 512;
/** Those that are computed off the event loop; md4 and whirlpool are not. */
const DIGESTS: ReadonlySet<string> = new Set(['md5', 'ripemd160', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

const derive = promisify(pbkdf2);

/** Reads one; throws `UnusableHash`. */
export function readPbkdf2Hash({ hash, password: { encoding } = {} }: CustomPasswordHash): ImportedHash {
  const parts = FORM.exec(hash.value);
  if (!parts) throw unusable('must look like $pbkdf2-sha512$i=100000,l=64$SALT$HASH.');
  const [, digest = '', i = DEFAULT_ITERATIONS, l = DEFAULT_LENGTH, saltText = '', hashText = ''] = parts;
  if (!isDigest(digest)) throw unusable(`has a digest that is not supported; it can be: ${[...DIGESTS].join(', ')}.`);
  const [iterations, length] = [Number(i), Number(l)];
  const expected = Buffer.from(hashText, 'base64');
  if (expected.length !== length) throw unusable(`says l=${length}, and its hash has ${expected.length} bytes.`);
  if (length < LEAST_HASH_BYTES || length > MOST_LENGTH) {
    throw unusable(`must have a hash of ${LEAST_HASH_BYTES} to ${MOST_LENGTH} bytes.`);
  }
  // Each block of the digest's length costs all the iterations.
  const work = iterations * Math.ceil(length / DIGEST_BYTES[digest]);
  if (iterations < 1 || work > MOST_ITERATIONS) throw unusable(`must have 1 to ${MOST_ITERATIONS} iterations in all.`);
  const salt = Buffer.from(saltText, 'base64');
  return {
    kind: `pbkdf2-${digest}$i=${rounded(work)}`,
    encode: (typed) => encodePassword(typed, encoding),
    matches: async (password) => timingSafeEqual(await derive(password, salt, iterations, length, digest), expected),
  };
}

function isDigest(name: string): name is DigestName {
  return DIGESTS.has(name);
}

/** Up to two digits and zeros: some systems give every user other iterations, and not each is a kind of its own. */
function rounded(work: number): number {
  const step = 10 ** Math.max(0, String(work).length - 2);
  return Math.ceil(work / step) * step;
}

function unusable(words: string): UnusableHash {
  return new UnusableHash(`hash.value ${words}`, 'hash.value');
}

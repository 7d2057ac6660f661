// argon2 (RFC 9106) in a PHC string: `$argon2id$v=19$m=65536,t=2,p=1$SALT$HASH`.
import { timingSafeEqual } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';

// Salts of 8 to 48 bytes and hashes of 16 to 64.
const FORM =
  /^\$(argon2(?:id|i|d))\$v=(16|19)\$(m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3}))\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;
/** The numbers of the library. */
const ALGORITHMS: Readonly<Record<string, 0 | 1 | 2>> = { argon2d: 0, argon2i: 1, argon2id: 2 };
const MOST_MEMORY_KIB = 2 ** 20;
/** Kibibytes that all passes may go through. */
const MOST_WORK_KIB = 2 ** 23;

type PasswordEncoding = Parameters<typeof encodePassword>[1];

/** Reads one, of a password in this encoding; throws `UnusableHash`. */
export function readArgon2Hash(text: string, path = '', encoding?: PasswordEncoding): ImportedHash {
  const [, name = '', version, cost, m, t, p, salt = '', hash = ''] = FORM.exec(text) ?? [];
  const algorithm = ALGORITHMS[name];
  if (algorithm === undefined) {
    throw new UnusableHash('The hash must look like $argon2id$v=19$m=65536,t=2,p=1$SALT$HASH.', path);
  }
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  if (lanes < 1 || lanes > 255 || passes < 1 || memory < 8 * lanes) {
    throw new UnusableHash('The hash has parameters that argon2 does not allow.', path);
  }
  if (memory > MOST_MEMORY_KIB) throw new UnusableHash('The hash wants more than 1 GiB of memory.', path);
  if (memory * passes > MOST_WORK_KIB) throw new UnusableHash('The hash wants more work than 8 GiB of memory.', path);
  const expected = Buffer.from(hash, 'base64');
  const options = {
    algorithm,
    version: version === '16' ? (0 as const) : (1 as const),
    salt: Buffer.from(salt, 'base64'),
    outputLen: expected.length,
    ...{ memoryCost: memory, timeCost: passes, parallelism: lanes },
  };
  return {
    kind: `${name}$${cost}`,
    encode: (typed) => encodePassword(typed, encoding),
    // The library's own check takes no bytes that are not UTF-8.
    matches: async (password) => timingSafeEqual(await hashRaw(password, options), expected),
  };
}

// scrypt (RFC 7914), whose parameters stand beside the hash.
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { decodeHash, decodeSalt, encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';

const GIBIBYTE = 2 ** 30;
/** Bytes that all lanes, one after the other, may go through. */
const MOST_WORK = 4 * GIBIBYTE;

/** Reads one; throws `UnusableHash`. */
export function readScryptHash(custom: CustomPasswordHash): ImportedHash {
  const { keylen, cost = 16_384, blockSize = 8, parallelization = 1 } = custom;
  if (keylen === undefined) throw new UnusableHash('keylen is missing.', 'keylen');
  if (!Number.isInteger(Math.log2(cost))) throw new UnusableHash('cost must be a power of two.', 'cost');
  const memory = 128 * cost * blockSize;
  if (memory > GIBIBYTE) throw new UnusableHash('cost and blockSize want more than 1 GiB of memory.', 'cost');
  if (memory * parallelization > MOST_WORK) {
    throw new UnusableHash('cost, blockSize and parallelization want more work than 4 GiB of memory.', 'cost');
  }
  const expected = decodeHash(custom, keylen);
  const salt = decodeSalt(custom);
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 2 * GIBIBYTE };
  return {
    kind: `scrypt$N=${cost},r=${blockSize},p=${parallelization}`,
    encode: (typed) => encodePassword(typed, custom.password?.encoding),
    matches: async (password) => timingSafeEqual(await derive(password, salt, keylen, options), expected),
  };
}

function derive(password: Buffer, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

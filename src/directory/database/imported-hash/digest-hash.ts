// Hashes that are one digest of salt and password (md4, md5, sha1, sha256, sha512), or one HMAC of them. They cost next to
// nothing, so a refused password waits as long as a dear hash takes (see refusal-floor.ts).
import { timingSafeEqual } from 'node:crypto';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { DIGEST_BYTES, type DigestName, digestOf, hmacOf } from './digest.ts';
import { createSalting, decodeBytes, decodeHash, encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';

/** Reads a plain digest; throws `UnusableHash`. */
export function readDigestHash(custom: CustomPasswordHash, name: DigestName): ImportedHash {
  return hashOf(custom, name, name, (salted) => digestOf(name, salted));
}

/** Reads an HMAC; throws `UnusableHash`. */
export function readHmacHash(custom: CustomPasswordHash): ImportedHash {
  const { digest, key } = custom.hash;
  if (digest === undefined) throw new UnusableHash('hash.digest is missing.', 'hash.digest');
  if (key === undefined) throw new UnusableHash('hash.key is missing.', 'hash.key');
  const keyBytes = decodeBytes(key.value, key.encoding ?? 'utf8', 'hash.key.value');
  return hashOf(custom, `hmac-${digest}`, digest, (salted) => hmacOf(digest, keyBytes, salted));
}

function hashOf(
  custom: CustomPasswordHash,
  kind: string,
  name: DigestName,
  compute: (salted: Buffer) => Promise<Buffer>,
): ImportedHash {
  const expected = decodeHash(custom, DIGEST_BYTES[name]);
  const salted = createSalting(custom);
  return {
    kind,
    encode: (typed) => encodePassword(typed, custom.password?.encoding),
    matches: async (password) => timingSafeEqual(await compute(salted(password)), expected),
  };
}

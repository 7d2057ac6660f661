// Hashes as LDAP servers keep them in `userPassword` (RFC 2307 5.3): `{SSHA}` and the like. `{CRYPT}` means another thing on
// every system and is not among them, as at Auth0.
import { timingSafeEqual } from 'node:crypto';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { DIGEST_BYTES, type DigestName, digestOf } from './digest.ts';
import { decodeBytes, encodePassword } from './encoded-bytes.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';

const FORM = /^\{([a-z0-9]+)\}(.+)$/i;
/** The digest of each scheme; with an S before its name it is salted. */
const SCHEMES: Readonly<Record<string, DigestName>> = {
  md5: 'md5',
  sha: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
};

/** Reads one; throws `UnusableHash`. */
export function readLdapHash(custom: CustomPasswordHash): ImportedHash {
  const [, form = '', encoded = ''] = FORM.exec(custom.hash.value) ?? [];
  const scheme = form.toLowerCase();
  const plain = SCHEMES[scheme];
  const name = plain ?? (scheme.startsWith('s') ? SCHEMES[scheme.slice(1)] : undefined);
  if (name === undefined) {
    const words = 'hash.value must begin with {MD5}, {SMD5}, {SHA}, {SSHA}, or one of {SHA224} to {SSHA512}.';
    throw new UnusableHash(words, 'hash.value');
  }
  const bytes = decodeBytes(encoded, 'base64', 'hash.value');
  const length = DIGEST_BYTES[name];
  const salt = bytes.subarray(length);
  if (bytes.length < length || (salt.length === 0) !== (plain !== undefined)) {
    throw new UnusableHash(`hash.value has another length than {${form.toUpperCase()}} has.`, 'hash.value');
  }
  return {
    kind: `ldap-${scheme}`,
    encode: (typed) => encodePassword(typed, custom.password?.encoding),
    matches: async (password) =>
      timingSafeEqual(await digestOf(name, Buffer.concat([password, salt])), bytes.subarray(0, length)),
  };
}

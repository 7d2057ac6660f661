// Well-formed hashes that belong to no password, by their kind: what a check of a hash costs is measured on them, and a user
// who does not exist is checked against one. Called by password-hash.ts.
import { randomBytes } from 'node:crypto';
import type { CustomPasswordHash } from '../../../user/user.ts';
import { customHashText } from './custom-hash.ts';
import { DIGEST_BYTES, type DigestName } from './digest.ts';

/** Such a hash; throws for a kind that no hash has. */
export function unmatchableHash(kind: string): string {
  const [name = '', cost = ''] = kind.split('$');
  if (name === 'bcrypt') return `$2b$${cost}$${bcryptText(16, 22)}${bcryptText(23, 31)}`;
  if (name.startsWith('argon2')) return `$${name}$v=19$${cost}$${base64(16)}$${base64(32)}`;
  return customHashText(customOf(name, cost));
}

function customOf(name: string, cost: string): CustomPasswordHash {
  const [family = '', variant = ''] = name.split('-');
  switch (family) {
    case 'scrypt': {
      const [N, r, p] = [...cost.matchAll(/=(\d+)/g)].map(([, number]) => Number(number));
      if (!N || !r || !p) break;
      return { algorithm: 'scrypt', hash: hex(32), keylen: 32, cost: N, blockSize: r, parallelization: p };
    }
    case 'pbkdf2': {
      if (!isDigest(variant)) break;
      const length = DIGEST_BYTES[variant];
      return { algorithm: 'pbkdf2', hash: { value: `$${name}$${cost},l=${length}$${base64(16)}$${base64(length)}` } };
    }
    case 'ldap':
      return { algorithm: 'ldap', hash: { value: `{SSHA512}${base64(DIGEST_BYTES.sha512 + 16)}` } };
    case 'hmac':
      if (!isDigest(variant)) break;
      return {
        algorithm: 'hmac',
        hash: { ...hex(DIGEST_BYTES[variant]), digest: variant, key: { value: base64(16) } },
      };
    default:
      if (isPlain(family)) return { algorithm: family, hash: hex(DIGEST_BYTES[family]) };
  }
  throw new Error('There is no hash of this kind.');
}

function isDigest(name: string): name is DigestName {
  return Object.hasOwn(DIGEST_BYTES, name);
}

function isPlain(name: string): name is DigestName & CustomPasswordHash['algorithm'] {
  return isDigest(name);
}

function hex(bytes: number): CustomPasswordHash['hash'] {
  return { value: randomBytes(bytes).toString('hex'), encoding: 'hex' };
}

/** Without padding. */
function base64(bytes: number): string {
  return randomBytes(bytes).toString('base64').replace(/=+$/, '');
}

/** Bytes in bcrypt's own base64. */
function bcryptText(bytes: number, length: number): string {
  const text = base64(bytes).replaceAll('+', '.');
  // The last character carries padding bits that bcrypt wants to be zero.
  return `${text.slice(0, length - 1)}u`;
}

// `custom_password_hash` of Auth0's bulk import: its form as one text, which the database keeps in place of a hash, and which
// algorithm reads it.
import type { CustomPasswordHash, UserWire } from '../../../user/user.ts';
import { readArgon2Hash } from './argon2-hash.ts';
import { readBcryptHash } from './bcrypt-hash.ts';
import { readDigestHash, readHmacHash } from './digest-hash.ts';
import { type ImportedHash, UnusableHash } from './imported-hash.ts';
import { readLdapHash } from './ldap-hash.ts';
import { readPbkdf2Hash } from './pbkdf2-hash.ts';
import { readScryptHash } from './scrypt-hash.ts';

/** How the text of every custom hash begins. */
export const CUSTOM_PREFIX = '$custom$';

/** The hash as one text; members stand in one order, so that equal hashes are equal texts. */
export function customHashText(custom: CustomPasswordHash): string {
  return `${CUSTOM_PREFIX}${JSON.stringify(inOrder(custom))}`;
}

/** A stored hash in the member of an entry in which it came. */
export function hashMembersOf(passwordHash: string): Pick<UserWire, 'password_hash' | 'custom_password_hash'> {
  const custom = customHashOf(passwordHash);
  return custom ? { custom_password_hash: custom } : { password_hash: passwordHash };
}

/** The hash of such a text as it came in; null for a text of another form. */
export function customHashOf(text: string): CustomPasswordHash | null {
  return text.startsWith(CUSTOM_PREFIX) ? (JSON.parse(text.slice(CUSTOM_PREFIX.length)) as CustomPasswordHash) : null;
}

/** Reads an entry that fits the schema; throws `UnusableHash` for one that cannot be checked, or would cost too much. */
export function readCustomHash(custom: CustomPasswordHash): ImportedHash {
  requireOwnMembers(custom);
  const { algorithm, hash } = custom;
  switch (algorithm) {
    case 'argon2':
      return readArgon2Hash(hash.value, 'hash.value', custom.password?.encoding);
    case 'bcrypt':
      return readBcryptHash(hash.value, 'hash.value', custom);
    case 'hmac':
      return readHmacHash(custom);
    case 'ldap':
      return readLdapHash(custom);
    case 'pbkdf2':
      return readPbkdf2Hash(custom);
    case 'scrypt':
      return readScryptHash(custom);
    case 'md4':
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return readDigestHash(custom, algorithm);
  }
}

/** The algorithms whose hash is a text that says everything. */
const TEXTS: ReadonlySet<string> = new Set(['argon2', 'bcrypt', 'ldap', 'pbkdf2']);

/** A member that the algorithm has no use for means that somebody meant another hash. */
function requireOwnMembers(custom: CustomPasswordHash): void {
  const { algorithm, hash, salt, keylen, cost, blockSize, parallelization } = custom;
  const refuse = (path: string) => new UnusableHash(`${path} does not go with ${algorithm}.`, path);
  if (TEXTS.has(algorithm) && (hash.encoding ?? 'utf8') !== 'utf8') throw refuse('hash.encoding');
  if (TEXTS.has(algorithm) && algorithm !== 'bcrypt' && salt) throw refuse('salt');
  for (const name of ['digest', 'key'] as const) {
    if (algorithm !== 'hmac' && hash[name] !== undefined) throw refuse(`hash.${name}`);
  }
  for (const [name, value] of Object.entries({ keylen, cost, blockSize, parallelization })) {
    if (algorithm !== 'scrypt' && value !== undefined) throw refuse(name);
  }
}

function inOrder({ hash, salt, password, ...custom }: CustomPasswordHash): object {
  const { algorithm, keylen, cost, blockSize, parallelization } = custom;
  const { value, encoding, digest, key } = hash;
  return {
    algorithm,
    hash: { value, encoding, digest, key: key && { value: key.value, encoding: key.encoding } },
    salt: salt && { value: salt.value, encoding: salt.encoding, position: salt.position },
    password: password && { encoding: password.encoding },
    ...{ keylen, cost, blockSize, parallelization },
  };
}

// Texts of a custom password hash as the bytes they stand for. Called by the files of the algorithms.
import type { CustomPasswordHash } from '../../../user/user.ts';
import { UnusableHash } from './imported-hash.ts';

type ByteEncoding = NonNullable<CustomPasswordHash['hash']['encoding']>;
type PasswordEncoding = NonNullable<NonNullable<CustomPasswordHash['password']>['encoding']>;

const HEX = /^([0-9a-f]{2})*$/i;
// With and without padding, and URL-safe base64 too.
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const BEYOND_LATIN1 = /[^\0-\u{ff}]/u;

/** The bytes of a value; throws `UnusableHash` when it is not in this encoding. */
export function decodeBytes(value: string, encoding: ByteEncoding, path: string): Buffer {
  const isWellFormed = encoding === 'utf8' || (encoding === 'hex' ? HEX : BASE64).test(value);
  if (!isWellFormed) throw new UnusableHash(`${path} is not in ${encoding}.`, path);
  return Buffer.from(value, encoding);
}

/** The bytes of `hash.value`, of which there must be so many. */
export function decodeHash({ algorithm, hash }: CustomPasswordHash, length: number): Buffer {
  if (hash.encoding !== 'hex' && hash.encoding !== 'base64') {
    throw new UnusableHash(`hash.encoding must be hex or base64 for ${algorithm}.`, 'hash.encoding');
  }
  const bytes = decodeBytes(hash.value, hash.encoding, 'hash.value');
  if (bytes.length === length) return bytes;
  throw new UnusableHash(`hash.value must have ${length} bytes, and has ${bytes.length}.`, 'hash.value');
}

/** The bytes of the salt, none when there is none. */
export function decodeSalt({ salt }: CustomPasswordHash): Buffer {
  return salt ? decodeBytes(salt.value, salt.encoding ?? 'utf8', 'salt.value') : Buffer.alloc(0);
}

/** Puts the salt before or behind the password, as it was when the hash was made. */
export function createSalting(custom: CustomPasswordHash): (password: Buffer) => Buffer {
  const salt = decodeSalt(custom);
  return custom.salt?.position === 'suffix'
    ? (password) => Buffer.concat([password, salt])
    : (password) => Buffer.concat([salt, password]);
}

/** The password in the encoding of the system that hashed it; null when that has no such letters. */
export function encodePassword(typed: string, encoding: PasswordEncoding = 'utf8'): Buffer | null {
  const isOneByte = encoding === 'latin1' || encoding === 'binary' || encoding === 'ascii';
  // Security: such letters would be cut to their last eight bits, and another password would do.
  if (isOneByte && BEYOND_LATIN1.test(typed)) return null;
  return Buffer.from(typed, encoding);
}

// Digests by the names of `custom_password_hash`, also those that OpenSSL has given up.
import { createHash, createHmac } from 'node:crypto';

/** Bytes of each digest. */
export const DIGEST_BYTES = {
  md4: 16,
  md5: 16,
  ripemd160: 20,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  whirlpool: 64,
} as const;

export type DigestName = keyof typeof DIGEST_BYTES;

/** The digest of these bytes. */
export async function digestOf(name: DigestName, bytes: Buffer): Promise<Buffer> {
  const other = await createOther(name);
  return other ? Buffer.from(other.init().update(bytes).digest('binary')) : createHash(name).update(bytes).digest();
}

/** The HMAC of these bytes under the key (RFC 2104). */
export async function hmacOf(name: DigestName, key: Buffer, bytes: Buffer): Promise<Buffer> {
  const other = createOther(name);
  if ((await other) === null) return createHmac(name, key).update(bytes).digest();
  const { createHMAC } = await import('hash-wasm');
  const hmac = await createHMAC(other as Promise<NonNullable<Awaited<typeof other>>>, key);
  return Buffer.from(hmac.init().update(bytes).digest('binary'));
}

/** Null for a digest that Node.js has wherever it runs. */
async function createOther(name: DigestName) {
  if (name !== 'md4' && name !== 'ripemd160' && name !== 'whirlpool') return null;
  const { createMD4, createRIPEMD160, createWhirlpool } = await import('hash-wasm');
  return { md4: createMD4, ripemd160: createRIPEMD160, whirlpool: createWhirlpool }[name]();
}

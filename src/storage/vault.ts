// Seals what must not lie in the database in the clear: client secrets, API secrets, private keys. The master key stays
// outside the database, and everything secret is derived from it by purpose (RFC 5869).
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Encryption at rest (AES-256-GCM) under the master key. */
export interface Vault {
  /** Encrypts; `place` names the row and column, so that a sealed value opens nowhere else. */
  seal(plaintext: string, place: string): string;
  /** Decrypts; throws when the key, the place or a single bit is another. */
  open(sealed: string, place: string): string;
  /** A 32-byte key for another purpose; the same purpose always gives the same key. */
  derive(purpose: string): Buffer;
  /** Sixteen hex digits (64 bits) by which log lines about one value can be matched without showing it. */
  fingerprint(value: string): string;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Opens the vault of a master key of 32 bytes. */
export function createVault(masterKey: Buffer): Vault {
  if (masterKey.length !== 32) throw new Error('The master key must have 32 bytes.');
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', masterKey, '', `gatehouse/${purpose}`, 32));
  const restKey = derive('at-rest');
  const fingerprintKey = derive('log-fingerprint');
  return {
    derive,
    seal: (plaintext, place) => sealWith(restKey, plaintext, place),
    open: (sealed, place) => openWith(restKey, sealed, place),
    fingerprint: (value) => createHmac('sha256', fingerprintKey).update(value, 'utf8').digest('hex').slice(0, 16),
  };
}

/** Version byte, nonce, ciphertext and tag in URL-safe base64; `place` is authenticated with it. */
export function sealWith(key: Buffer, plaintext: string, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, body, cipher.getAuthTag()]).toString('base64url');
}

/** The plaintext of `sealWith`; throws when anything differs. */
export function openWith(key: Buffer, sealed: string, place: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw new Error('Not a sealed value.');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const body = bytes.subarray(1 + IV_BYTES, bytes.length - TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

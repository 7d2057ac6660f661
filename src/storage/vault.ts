// Seals what must not lie in the database in the clear: client secrets, API secrets, private keys. The master keys stay
// outside the database, and everything secret is derived from them by purpose (RFC 5869). The newest one seals; a sealed
// value names the one it needs, so that all of them open while values move from one to the next.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Encryption (AES-256-GCM) under keys derived for one purpose. */
export interface Sealer {
  /** Encrypts; `place` names where the value belongs, such as row and column, and it opens nowhere else. */
  seal(plaintext: string, place: string): string;
  /** Decrypts; throws when the key, the place or a single bit is another. */
  open(sealed: string, place: string): string;
}

/** Encryption at rest, and what else is made of the master keys. */
export interface Vault extends Sealer {
  /** Names the newest master key: what it seals begins with it. */
  readonly keyId: string;
  /** A sealer for another purpose: it opens nothing that was sealed at rest, and the other way round. */
  sealer(purpose: string): Sealer;
  /** Sixteen hex digits (64 bits) by which log lines about one value can be matched without showing it. */
  fingerprint(value: string): string;
  /** The same in 16 bytes of URL-safe base64, by which rows can be found without keeping what they are about. */
  keyedHash(value: string): string;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Opens the vault of master keys of 32 bytes: the newest one seals, the previous ones only open. */
export function createVault(newest: Buffer, previous: readonly Buffer[] = []): Vault {
  const masterKeys = new Map([newest, ...previous].map((key) => [masterKeyId(key), key] as const));
  if (masterKeys.size !== previous.length + 1) throw new Error('A master key was given twice.');
  const keyId = masterKeyId(newest);
  // All keys are made once: making one of bytes costs more than what is done with it.
  const fingerprintKey = createSecretKey(derive(newest, 'log-fingerprint'));
  const hashKey = createSecretKey(derive(newest, 'keyed-hash'));

  function sealer(purpose: string): Sealer {
    const keys = new Map([...masterKeys].map(([id, key]) => [id, createSecretKey(derive(key, purpose))] as const));
    const sealing = createSecretKey(derive(newest, purpose));
    return {
      seal: (plaintext, place) => `${sealPrefix(keyId)}${sealWith(sealing, plaintext, place)}`,
      open(sealed, place) {
        const [, id, body = ''] = /^([0-9a-f]{8})_(.*)$/.exec(sealed) ?? [];
        // Values of the first versions name no key.
        if (id === undefined) return openWithAny([...keys.values()], sealed, place);
        const key = keys.get(id);
        if (!key) throw new Error(`Sealed under the master key ${id}, which was not given.`);
        return openWith(key, body, place);
      },
    };
  }

  return {
    keyId,
    ...sealer('at-rest'),
    sealer,
    fingerprint: (value) => createHmac('sha256', fingerprintKey).update(value, 'utf8').digest('hex').slice(0, 16),
    keyedHash: (value) => createHmac('sha256', hashKey).update(value, 'utf8').digest().toString('base64url', 0, 16),
  };
}

/** Eight hex digits by which a master key is called; they tell nothing about it. */
export function masterKeyId(masterKey: Buffer): string {
  if (masterKey.length !== 32) throw new Error('The master key must have 32 bytes.');
  return derive(masterKey, 'master-key-id').toString('hex', 0, 4);
}

/** How the values begin that the key of this id sealed. */
export function sealPrefix(keyId: string): string {
  return `${keyId}_`;
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `gatehouse/${purpose}`, 32));
}

/** Version byte, nonce, ciphertext and tag in URL-safe base64; `place` is authenticated with it. */
function sealWith(key: KeyObject, plaintext: string, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, body, cipher.getAuthTag()]).toString('base64url');
}

function openWith(key: KeyObject, sealed: string, place: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw new Error('Not a sealed value.');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const body = bytes.subarray(1 + IV_BYTES, bytes.length - TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

function openWithAny(keys: readonly KeyObject[], sealed: string, place: string): string {
  for (const [index, key] of keys.entries()) {
    try {
      return openWith(key, sealed, place);
    } catch (error) {
      // Another of the keys may be the right one.
      if (index === keys.length - 1) throw error;
    }
  }
  throw new Error('There is no master key.');
}

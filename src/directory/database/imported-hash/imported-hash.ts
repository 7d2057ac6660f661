// A password hash as one of the algorithms here reads it: what a check of it costs, and the check itself. Called by
// password-hash.ts, which knows nothing of algorithms.

/** A hash that passwords can be checked against. */
export interface ImportedHash {
  /** Algorithm and cost, such as `bcrypt$10`: hashes of one kind take the same time. */
  readonly kind: string;
  /** The bytes that were hashed if this is the password; null for one that the hash cannot hold whole. */
  encode(typed: string): Buffer | null;
  /** True when these bytes have this hash; the comparison takes the same time wherever they differ. */
  matches(password: Buffer): Promise<boolean>;
}

/** A hash that this server cannot check, or will not: the message says why and never what the hash is. */
export class UnusableHash extends Error {
  override readonly name = 'UnusableHash';
  /** Where in `custom_password_hash` it is wrong, such as `hash.value`; empty for a hash that is one text. */
  readonly path: string;

  constructor(message: string, path = '') {
    super(message);
    this.path = path;
  }
}

/** Shorter ones would be found by trying passwords until one fits. */
export const LEAST_HASH_BYTES = 16;

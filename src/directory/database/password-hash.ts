// Hashing and checking passwords. New hashes are argon2id; imported bcrypt and argon2id ones are checked as they are.
// All work runs off the event loop; how much of it at once is for the caller to bound.
import { randomBytes } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';

/** Cost of argon2id (RFC 9106 4). */
export interface HashParameters {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** The end of one check. */
export interface Verification {
  readonly matches: boolean;
  /** The kind of hash that was worked on. */
  readonly kind: string;
  /** Milliseconds of hashing. */
  readonly workMs: number;
}

/** Hashes and checks; every method keeps a processor busy for as long as it takes. */
export interface PasswordHasher {
  hash(password: Secret): Promise<string>;
  verify(passwordHash: string, password: Secret): Promise<Verification>;
  /** The work of checking a password of a user who does not exist: one hash with today's parameters, never a match. */
  verifyNothing(password: Secret): Promise<Verification>;
  /** Milliseconds that one check of this kind of hash takes now. */
  measure(kind: string): Promise<number>;
  /** True when the hash is of another algorithm or another cost than new ones. */
  needsRehash(passwordHash: string): boolean;
  /** The kind of new hashes. */
  readonly kind: string;
}

const BCRYPT = /^\$2[ab]\$(\d\d)\$/;
const ARGON2ID = /^\$argon2id\$v=19\$(m=\d+,t=\d+,p=\d+)\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
const BCRYPT_BYTES = 72;

/** Builds the hasher; `onHash` is told the algorithm and the seconds of each piece of work. */
export function createPasswordHasher(
  parameters: HashParameters,
  clock: Clock,
  onHash: (algorithm: 'argon2id' | 'bcrypt', seconds: number) => void = () => {},
): PasswordHasher {
  const options = {
    memoryCost: parameters.memoryKib,
    timeCost: parameters.iterations,
    parallelism: parameters.parallelism,
  };
  const cost = `m=${parameters.memoryKib},t=${parameters.iterations},p=${parameters.parallelism}`;
  const ownKind = `argon2id$${cost}`;

  async function timed(kind: string, check: () => Promise<boolean>): Promise<Verification> {
    const start = clock.monotonic();
    const matches = await check();
    const workMs = clock.monotonic() - start;
    onHash(kind.startsWith('bcrypt') ? 'bcrypt' : 'argon2id', workMs / 1000);
    return { matches, kind, workMs };
  }

  async function verifyNothing(password: Secret): Promise<Verification> {
    return timed(ownKind, async () => {
      await argon2Verify(unmatchable(ownKind), password.reveal());
      return false;
    });
  }

  return {
    kind: ownKind,
    hash: (password) => argon2Hash(password.reveal(), options),
    verifyNothing,
    verify(passwordHash, password) {
      const kind = kindOfHash(passwordHash);
      if (!BCRYPT.test(passwordHash)) return timed(kind, () => argon2Verify(passwordHash, password.reveal()));
      // Security: bcrypt stops at 72 bytes and at NUL; a password it would cut is checked against nothing instead.
      const typed = password.reveal();
      if (Buffer.byteLength(typed) > BCRYPT_BYTES || typed.includes('\0')) return verifyNothing(password);
      return timed(kind, () => bcrypt.compare(typed, passwordHash));
    },
    async measure(kind) {
      const hash = unmatchable(kind);
      const { workMs } = await timed(kind, () =>
        BCRYPT.test(hash) ? bcrypt.compare('measure', hash) : argon2Verify(hash, 'measure'),
      );
      return workMs;
    },
    needsRehash: (passwordHash) => kindOfHash(passwordHash) !== ownKind,
  };
}

/** Algorithm and cost of a hash: what a check of it will cost. Throws for a hash this server cannot check. */
export function kindOfHash(passwordHash: string): string {
  const rounds = BCRYPT.exec(passwordHash)?.[1];
  if (rounds !== undefined) return `bcrypt$${rounds}`;
  const cost = ARGON2ID.exec(passwordHash)?.[1];
  if (cost !== undefined) return `argon2id$${cost}`;
  throw new Error('A password hash of an unknown kind.');
}

/** A well-formed hash of this kind that belongs to no password. */
function unmatchable(kind: string): string {
  const [algorithm, cost] = kind.split('$');
  if (algorithm === 'bcrypt') return `$2b$${cost}$${bcryptText(16, 22)}${bcryptText(23, 31)}`;
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$${cost}$${base64(16)}$${base64(32)}`;
}

/** Bytes in bcrypt's own base64. */
function bcryptText(bytes: number, length: number): string {
  const text = randomBytes(bytes).toString('base64').replaceAll('+', '.').replace(/=+$/, '');
  // The last character carries padding bits that bcrypt wants to be zero.
  return `${text.slice(0, length - 1)}u`;
}

// Hashing and checking passwords. New hashes are argon2id; hashes of other systems are checked as they are (imported-hash/).
// Dear work runs off the event loop; how much of it at once is for the caller to bound.
import { hash as argon2Hash } from '@node-rs/argon2';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import { HASH_LABELS, type HashLabel } from '../../metrics/metrics.ts';
import { readArgon2Hash } from './imported-hash/argon2-hash.ts';
import { readBcryptHash } from './imported-hash/bcrypt-hash.ts';
import { customHashOf, readCustomHash } from './imported-hash/custom-hash.ts';
import type { ImportedHash } from './imported-hash/imported-hash.ts';
import { unmatchableHash } from './imported-hash/unmatchable-hash.ts';

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
  /** True when the hash is of another algorithm, cost or form than new ones. */
  needsRehash(passwordHash: string): boolean;
  /** The kind of new hashes. */
  readonly kind: string;
}

/** Builds the hasher; `onHash` is told the algorithm and the seconds of each piece of work. */
export function createPasswordHasher(
  parameters: HashParameters,
  clock: Clock,
  onHash: (algorithm: HashLabel, seconds: number) => void = () => {},
): PasswordHasher {
  const options = {
    memoryCost: parameters.memoryKib,
    timeCost: parameters.iterations,
    parallelism: parameters.parallelism,
  };
  const ownKind = `argon2id$m=${parameters.memoryKib},t=${parameters.iterations},p=${parameters.parallelism}`;

  async function timed(hash: ImportedHash, password: Buffer): Promise<Verification> {
    const { kind } = hash;
    const start = clock.monotonic();
    const matches = await hash.matches(password);
    const workMs = clock.monotonic() - start;
    onHash(labelOf(kind), workMs / 1000);
    return { matches, kind, workMs };
  }

  async function verifyNothing(password: Secret): Promise<Verification> {
    const done = await timed(readHash(unmatchableHash(ownKind)), Buffer.from(password.reveal()));
    return { ...done, matches: false };
  }

  return {
    kind: ownKind,
    hash: (password) => argon2Hash(password.reveal(), options),
    verifyNothing,
    verify(passwordHash, password) {
      const hash = readHash(passwordHash);
      const bytes = hash.encode(password.reveal());
      // Security: a password that the hash would cut is checked against nothing, which costs as much as any.
      return bytes === null ? verifyNothing(password) : timed(hash, bytes);
    },
    measure: async (kind) => (await timed(readHash(unmatchableHash(kind)), Buffer.from('measure'))).workMs,
    needsRehash: (passwordHash) => customHashOf(passwordHash) !== null || kindOfHash(passwordHash) !== ownKind,
  };
}

/** Algorithm and cost of a hash: what a check of it will cost. Throws `UnusableHash` for one this server cannot check. */
export function kindOfHash(passwordHash: string): string {
  return readHash(passwordHash).kind;
}

function readHash(text: string): ImportedHash {
  const custom = customHashOf(text);
  if (custom) return readCustomHash(custom);
  return text.startsWith('$argon2') ? readArgon2Hash(text) : readBcryptHash(text);
}

function labelOf(kind: string): HashLabel {
  const [algorithm] = kind.split(/[$-]/);
  return HASH_LABELS.find((label) => label === algorithm) ?? 'digest';
}

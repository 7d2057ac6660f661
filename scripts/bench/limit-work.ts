// The work that no server of this kind can do without, and nothing else: what a login hashes and signs.
import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { hash, verify } from '@node-rs/argon2';
import { loadConfiguration } from '../../src/config/load-config.ts';

/** The pieces of work by name; each promise resolves when one was done. */
export interface LimitWork {
  /** One check of a password and one RS256 signature. */
  readonly login: () => Promise<Buffer>;
  readonly RS256: () => Promise<Buffer>;
  readonly ES256: () => Promise<Buffer>;
}

/** What the server has by default: the cost of a hash, and how many run at once. */
const { hashing } = await loadConfiguration({ file: null, environment: {}, flags: {} });
/** The cost of a hash by default, in the words of the library. */
export const HASH_COST = {
  memoryCost: hashing.memoryKib,
  timeCost: hashing.iterations,
  parallelism: hashing.parallelism,
} as const;
/** About as long as header and claims of an access token. */
const SIGNED = Buffer.from('x'.repeat(420));

/** Makes a hash and the keys that the work is done with. */
export async function createLimitWork(): Promise<LimitWork> {
  const password = 'correct horse battery staple';
  const stored = await hash(password, HASH_COST);
  const makePair = promisify(generateKeyPair);
  const rsa = await makePair('rsa', { modulusLength: 2048 });
  const ec = await makePair('ec', { namedCurve: 'P-256' });
  const check = withSlots(() => verify(stored, password));
  const RS256 = signer(rsa.privateKey);
  return {
    async login() {
      await check();
      return RS256();
    },
    RS256,
    ES256: signer(ec.privateKey),
  };
}

function signer(key: KeyObject): () => Promise<Buffer> {
  return () =>
    new Promise((resolve, reject) => {
      sign('sha256', SIGNED, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
        if (error) reject(error);
        else resolve(signature);
      });
    });
}

/** Lets so many hashes run at once as the server does; the others wait in line. */
function withSlots(work: () => Promise<unknown>): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let free = hashing.slots;
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    await work();
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
}

// A hasher that writes down what it was asked to do, and may fail or take as long as a test says.
import type { PasswordHasher } from '../../src/directory/database/password-hash.ts';

export interface CountedHasher {
  /** The names of the calls, in order. */
  readonly calls: string[];
  /** For `wrapHasher` of the test server. */
  readonly wrap: (hasher: PasswordHasher) => PasswordHasher;
}

interface Behaviour {
  /** What every call throws; nothing when left out. */
  readonly fail?: () => Error;
  /** Milliseconds that a check of this kind of hash is said to take. */
  readonly workMs?: (kind: string) => number;
}

/** Makes one. */
export function createCountedHasher({ fail, workMs }: Behaviour = {}): CountedHasher {
  const calls: string[] = [];
  const note = (call: string) => {
    calls.push(call);
    if (fail) throw fail();
  };
  return {
    calls,
    wrap: (hasher) => ({
      kind: hasher.kind,
      needsRehash: (passwordHash) => hasher.needsRehash(passwordHash),
      async hash(password) {
        note('hash');
        return hasher.hash(password);
      },
      async verify(passwordHash, password) {
        note('verify');
        const done = await hasher.verify(passwordHash, password);
        return workMs ? { ...done, workMs: workMs(done.kind) } : done;
      },
      async verifyNothing(password) {
        note('verifyNothing');
        const done = await hasher.verifyNothing(password);
        return workMs ? { ...done, workMs: workMs(done.kind) } : done;
      },
      async measure(kind) {
        note('measure');
        return workMs ? workMs(kind) : hasher.measure(kind);
      },
    }),
  };
}

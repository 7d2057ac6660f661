// A directory that a test fills by hand and takes down at will, in the place of a real one.
import type { DirectoryAccount, DirectoryOutcome } from '../../src/directory/directory.ts';
import type { DirectoryDriver } from '../../src/directory/directory-registry.ts';
import type { RejectionReason } from '../../src/error/refusal-reason.ts';

interface Person {
  readonly password: string;
  /** Null for somebody whom the directory refuses for this reason. */
  readonly account: DirectoryAccount | null;
  readonly refusedFor?: RejectionReason;
}

/** The directory, its people by the name they log in with, and what it was asked. */
export interface FakeDirectory {
  readonly driver: DirectoryDriver;
  readonly people: Map<string, Person>;
  /** True answers that it cannot be reached. */
  isDown: boolean;
  /** So many logins are answered together, when the last of them came. */
  together: number;
  asked: number;
  closed: number;
}

const NOTHING_KNOWN = {
  email: null,
  emailVerified: false,
  username: null,
  name: null,
  givenName: null,
  familyName: null,
  nickname: null,
  picture: null,
  phoneNumber: null,
  extra: {},
};

/** An account with this id, of which the directory tells what is given here. */
export function accountOf(
  identityId: string,
  profile: Partial<NonNullable<DirectoryAccount['profile']>> = {},
  groups: readonly string[] | null = null,
): DirectoryAccount {
  return { identityId, profile: { ...NOTHING_KNOWN, ...profile }, groups };
}

/** Makes one. */
export function createFakeDirectory(): FakeDirectory {
  const waiting: (() => void)[] = [];
  const fake = {
    people: new Map<string, Person>(),
    isDown: false,
    together: 1,
    asked: 0,
    closed: 0,
    driver: Object.assign(
      () => ({
        admit: () => ({
          kind: 'admitted' as const,
          authenticate: async ({ identifier, password }: { identifier: string; password: { reveal(): string } }) => {
            fake.asked += 1;
            await new Promise<void>((resolve) => {
              waiting.push(resolve);
              if (waiting.length >= fake.together) for (const goOn of waiting.splice(0)) goOn();
            });
            return answer(identifier, password.reveal());
          },
          leave: () => {},
        }),
      }),
      {
        close: async () => {
          fake.closed += 1;
        },
      },
    ),
  };

  function answer(identifier: string, password: string): DirectoryOutcome {
    if (fake.isDown) {
      return { kind: 'unavailable', reason: 'directory-connect-failed', directoryFailed: true, retryAfterSeconds: 10 };
    }
    const person = fake.people.get(identifier);
    if (!person) return { kind: 'rejected', reason: 'unknown-user', identityId: null };
    const identityId = person.account?.identityId ?? null;
    if (person.password !== password) return { kind: 'rejected', reason: 'wrong-password', identityId };
    return person.account
      ? { kind: 'accepted', account: person.account }
      : { kind: 'rejected', reason: person.refusedFor ?? 'disabled', identityId: null };
  }

  return fake;
}

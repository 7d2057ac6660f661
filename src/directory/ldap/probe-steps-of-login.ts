// The steps of one login against a directory that speaks LDAP, each by itself, for `connection test`.
import type { Entry } from 'ldapts';
import type { DirectoryAccount, DirectoryOutcome, LoginAttempt } from '../directory.ts';
import { type PlannedStep, ProbeFinding } from '../probe-steps.ts';
import type { LdapConnections } from './ldap-connections.ts';
import type { LdapDialect } from './ldap-dialect.ts';
import { checkLdapPassword } from './ldap-login.ts';

const TOTAL_MS = 20_000;
const WITHOUT_USER = 'Left out: it takes a user name and a password.';

/** The steps; without an attempt they are named and left out. */
export function stepsOfLogin(
  dialect: LdapDialect,
  connections: LdapConnections,
  attempt: LoginAttempt | null,
): readonly PlannedStep[] {
  const { users } = dialect;
  const time = connections.timeFor(TOTAL_MS);
  let entry: Entry | null = null;
  /** An account without what takes another search. */
  const noted = async (found: Entry): Promise<DirectoryAccount> => {
    entry = found;
    return { identityId: dialect.idOf(found), profile: null, groups: null };
  };
  const planned = (name: string, take: (attempt: LoginAttempt) => Promise<string>): PlannedStep => ({
    name,
    leftOut: WITHOUT_USER,
    take: attempt === null ? null : () => take(attempt),
  });
  return [
    users.kind === 'named'
      ? planned('make the distinguished name', async ({ identifier }) => `It is ${users.nameOf(identifier)}.`)
      : planned(`search in ${users.base}`, async ({ identifier }) => {
          const [found, another] = await users.find(identifier, connections.searchWithin(time), time);
          if (!found) throw new ProbeFinding('Nobody is found: look at the name, at base and at user_filter.');
          if (another) throw new ProbeFinding('More than one is found, so nobody is let in: look at user_filter.');
          return `The user is ${found.dn}.`;
        }),
    planned('bind as the user', async (given) => {
      const outcome = await checkLdapPassword(given, { ...dialect, accountOf: noted }, connections, time);
      return `The password is right. The id is ${accepted(outcome).identityId}.`;
    }),
    planned('read profile and groups', async (given) => {
      // Where nobody searches, only the user may read what is his own, and that takes a bind.
      if (users.kind === 'named') return describe(accepted(await checkLdapPassword(given, dialect, connections, time)));
      if (entry === null) throw new Error('Nobody was bound.');
      return describe(await dialect.accountOf(entry, connections.searchWithin(time)));
    }),
  ];
}

function describe({ groups, profile }: DirectoryAccount): string {
  const named = groups === null ? 'Groups are not read' : `Groups: ${groups.join(', ') || 'none'}`;
  return `${named}. The e-mail address is ${profile?.email ?? 'not told'}.`;
}

function accepted(outcome: DirectoryOutcome): DirectoryAccount {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.account;
    case 'rejected':
      throw new ProbeFinding(`The directory refuses the user: ${outcome.reason}.`);
    case 'unavailable':
      throw new ProbeFinding(`The directory does not answer: ${outcome.reason}.`);
  }
}

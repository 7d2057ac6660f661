// The steps of one login against a directory that speaks LDAP, each by itself, for `connection test`.
import type { DirectoryOutcome, LoginAttempt } from '../directory.ts';
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
    planned('bind as the user, and read profile and groups', async (given) =>
      describe(await checkLdapPassword(given, dialect, connections, time)),
    ),
  ];
}

function describe(outcome: DirectoryOutcome): string {
  switch (outcome.kind) {
    case 'accepted': {
      const { identityId, groups } = outcome.account;
      const named = groups === null ? 'groups are not read' : `groups: ${groups.join(', ') || 'none'}`;
      return `The password is right. The id is ${identityId}; ${named}.`;
    }
    case 'rejected':
      throw new ProbeFinding(`The directory refuses the user: ${outcome.reason}.`);
    case 'unavailable':
      throw new ProbeFinding(`The directory does not answer: ${outcome.reason}.`);
  }
}

// One login against a directory that speaks LDAP: find the entry, bind as it, read its groups. Where a template says what
// entries are called, the bind comes first and the person reads what is his own.
import type { Entry } from 'ldapts';
import type { RejectionReason } from '../../error/refusal-reason.ts';
import type { DirectoryOutcome, LoginAttempt } from '../directory.ts';
import { objectionOf } from './ldap-bind-result.ts';
import type { LdapConnections, Search } from './ldap-connections.ts';
import type { LdapDialect, NamedUsers } from './ldap-dialect.ts';
import { LdapRefusal } from './ldap-session.ts';
import { LoginUnusable } from './login-unusable.ts';
import type { TimeLeft } from './time-left.ts';

/** Stands around the bind of an account that was found, and may do without it. */
export type AroundBind = (identityId: string, bind: () => Promise<DirectoryOutcome>) => Promise<DirectoryOutcome>;

/**
 * What directories leave out when they compare names (RFC 4518 section 2.2), and what some take for the end of one.
 * Security: attempts are counted by the name that was typed, and with these one account would have names without end.
 */
const ENDLESS_SPELLINGS = /[\p{Cc}\p{Cf}\p{Variation_Selector}\u034f\u1806\ufffc]|\p{White_Space}{2}/u;

const NOTHING_AROUND: AroundBind = (_identityId, bind) => bind();

/** Checks one password; throws `UpstreamOutage` and `LoginUnusable`. */
export async function checkLdapPassword(
  attempt: LoginAttempt,
  dialect: LdapDialect,
  connections: LdapConnections,
  time: TimeLeft,
  aroundBind: AroundBind = NOTHING_AROUND,
): Promise<DirectoryOutcome> {
  const { users } = dialect;
  if (ENDLESS_SPELLINGS.test(attempt.identifier)) return rejected('unknown-user', null);
  if (users.kind === 'named') {
    return checkBind(users.nameOf(attempt.identifier), null, attempt, dialect, connections, time);
  }
  const [entry, another] = await users.find(attempt.identifier, connections.searchWithin(time), time);
  if (!entry) return rejected('unknown-user', null);
  if (another) return rejected('ambiguous-user', null);
  return aroundBind(dialect.idOf(entry), () => checkBind(entry.dn, entry, attempt, dialect, connections, time));
}

async function checkBind(
  name: string,
  found: Entry | null,
  { password }: LoginAttempt,
  dialect: LdapDialect,
  connections: LdapConnections,
  time: TimeLeft,
): Promise<DirectoryOutcome> {
  const identityId = found === null ? null : dialect.idOf(found);
  try {
    return await connections.bindAs(name, password, time, async (answer, asUser) => {
      const objection = objectionOf(answer);
      if (objection !== null) return rejected(objection, identityId);
      const entry = found ?? (await readOwn(name, dialect.users as NamedUsers, asUser));
      const search = found === null ? asUser : connections.searchWithin(time);
      return { kind: 'accepted', account: await dialect.accountOf(entry, search) };
    });
  } catch (error) {
    if (!(error instanceof LdapRefusal)) throw error;
    return rejected(dialect.refusalReasonOf(error), identityId);
  }
}

/** The entry of somebody who has bound already. */
async function readOwn(name: string, { attributes }: NamedUsers, asUser: Search): Promise<Entry> {
  const [entry] = await asUser(name, { scope: 'base', attributes: [...attributes] });
  if (!entry) throw new LoginUnusable('directory-entry-not-readable');
  return entry;
}

function rejected(reason: RejectionReason, identityId: string | null): DirectoryOutcome {
  return { kind: 'rejected', reason, identityId };
}

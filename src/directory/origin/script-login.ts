// A password checked by the custom `login` script of a database connection. Called by origin-driver.ts;
// what a script tells of a user is read here for account-scripts.ts too.
import type { UserScripts } from '../../connection/user-source.ts';
import type { Sandbox } from '../../sandbox/sandbox-runs.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import type { DirectoryOutcome, DirectoryProfile, LoginAttempt, LoginSource } from '../directory.ts';
import { membersOf, runUserScript, type ScriptVerdict, scriptedId } from './user-script.ts';

type Members = Readonly<Record<string, unknown>>;

const RETRY_AFTER_SECONDS = 30;

/** What of a profile is not an attribute of its own. */
const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  ...['user_id', 'id', 'email', 'email_verified', 'username', 'name', 'given_name', 'family_name', 'nickname'],
  ...['picture', 'phone_number', 'user_metadata', 'app_metadata', 'mfa_factors', 'password', 'password_hash'],
]);

/** Checks it; throws `TurnedAway` when too many wait for their scripts. */
export async function askLoginScript(
  sandbox: Sandbox,
  scripts: UserScripts,
  tenantId: TenantId,
  { identifier, password }: LoginAttempt,
  { clientId: member, caller }: LoginSource,
): Promise<DirectoryOutcome> {
  const args = [identifier, password.reveal()];
  return outcomeOf(await runUserScript(sandbox, scripts, { tenantId, script: scripts.login, args, member, caller }));
}

/** A script that fails is never a wrong password. */
function outcomeOf(verdict: ScriptVerdict): DirectoryOutcome {
  switch (verdict.kind) {
    case 'answered':
      return scriptedAccount(membersOf(verdict.result));
    case 'wrong': {
      // Auth0: a script that names the user says that the password is wrong, one that does not that nobody is there.
      const reason = verdict.userId === null ? 'script-refused' : 'wrong-password';
      return { kind: 'rejected', reason, identityId: verdict.userId, words: verdict.message };
    }
    case 'unauthorized':
      return { kind: 'rejected', reason: 'script-denied', identityId: null, words: verdict.message };
    case 'invalid':
      return unusable('script-error', verdict.message);
    case 'failed':
      return unusable(verdict.reason, verdict.message);
  }
}

/** The account that a script tells of; an outage where it tells of none, or of one that cannot be let in. */
export function scriptedAccount(user: Members | null): DirectoryOutcome {
  if (user === null) return unusable('script-without-user', 'It called back with neither an error nor a user.');
  const identityId = scriptedId(user['user_id'] ?? user['id']);
  if (identityId === null) return unusable('script-without-id', 'The user has no user_id of printable characters.');
  // Security: the password alone would do for somebody who has a second factor there.
  if (Array.isArray(user['mfa_factors']) && user['mfa_factors'].length > 0) {
    return unusable('script-second-factor', 'The user has mfa_factors, and this version has no second factor.');
  }
  const metadata = { user: membersOf(user['user_metadata']) ?? {}, app: membersOf(user['app_metadata']) ?? {} };
  return { kind: 'accepted', account: { identityId, profile: profileOf(user), groups: null, metadata } };
}

function unusable(reason: `script-${string}`, words: string): DirectoryOutcome {
  return { kind: 'unavailable', reason, directoryFailed: true, retryAfterSeconds: RETRY_AFTER_SECONDS, words };
}

function profileOf(user: Members): DirectoryProfile {
  const text = (name: string) => (typeof user[name] === 'string' ? user[name] : null);
  return {
    email: text('email'),
    emailVerified: user['email_verified'] === true,
    username: text('username'),
    name: text('name'),
    givenName: text('given_name'),
    familyName: text('family_name'),
    nickname: text('nickname'),
    picture: text('picture'),
    phoneNumber: text('phone_number'),
    extra: Object.fromEntries(Object.entries(user).filter(([name]) => !KNOWN_MEMBERS.has(name))),
  };
}

// Explanations of what a directory said: its refusals, and its outages, which come with words of the directory's driver.
import type { RejectionReason } from '../error/refusal-reason.ts';
import { testConnection } from './access-explanation.ts';
import { atCaller, commandLine, connectionOf, type Explain, explained, type RefusedLogin } from './refused-login.ts';

const ALIKE = 'The caller hears the same as for a wrong password.';

/** By reason; login-explanation.ts puts all tables together. */
export const REJECTION_EXPLANATIONS: Readonly<Record<RejectionReason, Explain>> = {
  'unknown-user': (login) =>
    explained(
      `Nobody has this name in ${connectionOf(login)}. ${ALIKE}`,
      'Look whether the user is there, and under which name: an e-mail address and a user name are two. Is it the right connection? The name that was typed is not kept, because people type passwords there.',
      { kind: 'connection', id: login.connectionName, member: null },
      commandLine(login, 'user', 'list'),
    ),
  'ambiguous-user': (login) => ({
    says: `Several entries of ${connectionOf(login)} have this name, so it names nobody. ${ALIKE}`,
    fix: testConnection(
      login,
      'Narrow the filter of the connection, so that it finds one entry.',
      'options.user_filter',
    ),
  }),
  'wrong-password': (login) =>
    explained(
      'The user is known, and the password is wrong.',
      'The user types it again or gets a new one. After an import: is the hash of a kind that this server knows?',
      ofUser(login, 'password'),
      login.userId === null ? null : commandLine(login, 'user', 'set-password', login.userId),
    ),
  locked: (login) => inDirectory(login, 'the directory has locked the account', 'Unlock the account there'),
  disabled: (login) => inDirectory(login, 'the account is disabled in the directory', 'Enable the account there'),
  'account-expired': (login) => inDirectory(login, 'the account has expired', 'Extend the account there'),
  'password-expired': (login) => inDirectory(login, 'the password has expired', 'The user sets a new one there'),
  'must-change-password': (login) =>
    inDirectory(login, 'the user has to choose a new password first', 'The user sets a new one there'),
  'logon-hours': (login) =>
    inDirectory(login, 'the directory does not let the user in at this hour', 'Change the logon hours there'),
  workstation: (login) =>
    inDirectory(
      login,
      'the directory lets the user in on some machines only, and this server is none of them',
      'Change the list of machines there',
    ),
  'not-permitted': (login) =>
    inDirectory(
      login,
      'a policy of the directory does not let the user in',
      'Look at its policies and at who is assigned to the application',
    ),
  'bind-limit': (login) => ({
    says: 'As many wrong passwords as the domain forgives were passed on, so this one was not: the domain would lock the account everywhere.',
    fix: testConnection(
      login,
      'Wait for the window to pass. Compare max_bad_binds and bad_bind_window_minutes with the lockout policy of the domain.',
      'options.max_bad_binds',
    ),
  }),
  'second-factor-required': (login) => ({
    says: `The password is right, and ${connectionOf(login)} asks for a second factor, which a password grant cannot show.`,
    fix: testConnection(
      login,
      'Except the application from the policy there. For Azure AD the option second_factor: ignored lets the password do, if that is what you want.',
      'options.second_factor',
    ),
  }),
  'upstream-refused': (login) =>
    explained(
      `Nobody has this name in ${connectionOf(login)} yet, and the server that users move in from does not take the password. ${ALIKE}`,
      'Nothing is to be set here when the password is wrong. Can the user log in there? Is it the right connection of that server (options.upstream.realm)? The name that was typed is not kept, because people type passwords there.',
      { kind: 'connection', id: login.connectionName, member: 'options.upstream' },
    ),
  'script-refused': (login) =>
    explained(
      `The script login of ${connectionOf(login)} does not take name and password. ${ALIKE}`,
      'Nothing is to be set here when they are wrong. A script that gives WrongUsernameOrPasswordError the id of the user says that it was the password.',
      { kind: 'connection', id: login.connectionName, member: 'options.customScripts' },
    ),
  'script-denied': (login) =>
    explained(
      `The script login of ${connectionOf(login)} denied the login by an UnauthorizedError: ${login.description.replace(/\.?$/, '.')}`,
      'The script decides. Change it, or what it looks at, when the user is to be let in.',
      { kind: 'connection', id: login.connectionName, member: 'options.customScripts' },
    ),
};

/** What a directory's own outage means. */
export function explainOutage(login: RefusedLogin): ReturnType<Explain> {
  return {
    says: `No answer about the password came from ${connectionOf(login)}. ${login.directoryWords ?? `The log calls it ${login.reason}.`}`,
    fix: testConnection(login, 'Try the connection step by step: the command says which step fails and why.'),
  };
}

const ASSERTIONS: Readonly<Record<string, string>> = {
  'assertion-not-enabled': 'The client proves itself by a secret, and the request has a signed assertion.',
  'assertion-type':
    'The client_assertion_type is not that of RFC 7523, or the JWT says in typ that it is for another purpose.',
  'assertion-replayed': 'The assertion was used before; each of them works once.',
  'assertion-malformed': 'The client_assertion is no JWT.',
  'assertion-without-key': 'The client has no public key that is valid now.',
  'assertion-algorithm': 'The assertion is signed by an algorithm for which the client has no key.',
  'assertion-lifetime': 'The assertion is valid for more than five minutes.',
  'assertion-issued-in-the-future': 'The assertion says that it was made in the future: the clocks differ.',
  'assertion-jti': 'The assertion has no jti, or one that is too long.',
  'assertion-err_jwt_expired': 'The assertion has expired, or the clocks differ.',
  'assertion-err_jws_signature_verification_failed': 'The assertion is not signed by the private key of this client.',
  'assertion-err_jwt_claim_validation_failed':
    'A claim of the assertion is wrong: iss and sub are the client_id, aud is the issuer or the address of the token endpoint.',
};

/** Why a signed assertion does not prove a client. */
export function explainAssertion({ reason }: RefusedLogin): ReturnType<Explain> {
  return explained(
    ASSERTIONS[reason] ?? `The signed assertion does not prove the client (${reason}).`,
    'Sign a new assertion for each request: iss and sub the client_id, aud the issuer, exp at most five minutes ahead, a new jti.',
    atCaller('client_assertion'),
  );
}

function inDirectory(login: RefusedLogin, what: string, fix: string): ReturnType<Explain> {
  return {
    says: `The login is refused by ${connectionOf(login)}: ${what}. ${ALIKE}`,
    fix: testConnection(login, `${fix}; nothing is to be set here.`),
  };
}

function ofUser({ userId }: RefusedLogin, member: string) {
  return { kind: 'user', id: userId, member } as const;
}

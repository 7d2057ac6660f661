// Explanations of refusals once the client is known: connection, attack protection, full lines, audience and scopes, faults.
import {
  atCaller,
  commandLine,
  connectionOf,
  type Explain,
  explained,
  type Fix,
  type RefusedLogin,
  type Setting,
  tenantCommandLine,
} from './refused-login.ts';

const SHOW_BLOCKS = ['attack-protection', 'blocks'];

/** By reason; login-explanation.ts puts all tables together. */
export const ACCESS_EXPLANATIONS = {
  'no-default-directory': (login) =>
    explained(
      'The plain password grant looks for users in the default directory of the tenant, and the tenant has none.',
      'Name a connection as default_directory of the tenant, or let the caller use the password-realm grant with a realm. A parameter connection has no effect.',
      ofTenant(login, 'default_directory'),
      chooseDirectory(login),
    ),
  'default-directory-missing': (login) =>
    explained(
      `The default directory of the tenant is ${connectionOf(login)}, and there is no such connection.`,
      'Name an existing connection as default_directory of the tenant.',
      ofTenant(login, 'default_directory'),
      chooseDirectory(login),
    ),
  'unknown-realm': (login) =>
    explained(
      'No connection of the tenant answers to the realm of the request.',
      `Send the name of a connection as realm, in the same case; its id and its strategy are none. ${usable(login)}`,
      atCaller('realm'),
      commandLine(login, 'connection', 'list'),
    ),
  'connection-disabled': (login) =>
    explained(
      `This client is not enabled for ${connectionOf(login)}.`,
      'Add the client to enabled_clients of the connection.',
      ofConnection(login, 'enabled_clients'),
      login.connectionName === null || login.clientId === null || login.enabledClients === null
        ? null
        : commandLine(
            login,
            ...['connection', 'update', login.connectionName],
            ...['--set', `enabled_clients=${[...new Set([...login.enabledClients, login.clientId])].join(',')}`],
          ),
    ),
  strategy: (login) =>
    explained(
      `No password can be checked by ${connectionOf(login)}: like all SAML, OpenID Connect and social connections it sends its users to a browser.`,
      `Name a database, LDAP, Active Directory, Azure AD or ADFS connection: as realm, or as default_directory of the tenant. ${usable(login)}`,
      ofTenant(login, 'default_directory'),
      chooseDirectory(login),
    ),

  'brute-force-block': (login) =>
    explained(
      'The name is blocked after too many wrong passwords, from this address or altogether; the password was not looked at.',
      'Lift the block when the user is the right one. Does every user come from the address of one backend? Let it send auth0-forwarded-for and set is_token_endpoint_ip_header_trusted of its client.',
      ofAttackProtection('bruteForceProtection.max_attempts'),
      unblock(login),
    ),
  'account-ceiling': (login) =>
    explained(
      'So many wrong passwords of the account came from everywhere that only places where the user has logged in before are let through.',
      'Somebody guesses passwords of this account. Wait until it is over, or lift the block for the user.',
      ofAttackProtection('bruteForceProtection.account_ceiling'),
      unblock(login),
    ),
  'suspicious-address': (login) =>
    explained(
      `Too many logins failed from ${login.ip ?? 'one address'}, so nobody is let in from there for a while.`,
      'Is it the address of your own backend or gateway? Let it send auth0-forwarded-for and set is_token_endpoint_ip_header_trusted of its client, name your proxies in trusted_proxies, or put the address on the allow list.',
      ofAttackProtection('suspiciousIpThrottling.allowlist'),
      login.ip === null ? null : commandLine(login, 'attack-protection', 'unblock', '--ip', login.ip),
    ),
  'same-user-rate': (login) =>
    explained(
      'One user logged in from one address more often than the tenant allows; right passwords count as well.',
      'Keep tokens until they expire instead of logging in for each call. For test runs, raise the limit or switch it off.',
      ofAttackProtection('sameUserRateLimit'),
      commandLine(login, 'attack-protection', 'update', '--set', 'sameUserRateLimit.enabled=false'),
    ),
  'password-leaked': () =>
    explained(
      'The password is known from a breach of some other service, and the tenant refuses such passwords.',
      'The user sets a new password, by a link from the login page of your application or one that you send. Others guess at accounts with passwords of that kind.',
      ofAttackProtection('breachedPasswordDetection.shields'),
    ),
  'guard-full': (login) => manyOfOneName(login),
  'guard-displaced': (login) => manyOfOneName(login),
  'guard-late': (login) => manyOfOneName(login),
  'guard-gone': () => callerGone('for others with the same name or address'),

  'user-blocked': (login) =>
    explained(
      'The password is right, and an administrator has blocked the user.',
      'Unblock the user, when that is what you want.',
      { kind: 'user', id: login.userId, member: 'blocked' },
      login.userId === null ? null : commandLine(login, 'user', 'unblock', login.userId),
    ),
  'hash-line-full': () => tooManyHashes(),
  'hash-line-displaced': () => tooManyHashes(),
  'hash-line-late': () => tooManyHashes(),
  'hash-line-gone': () => callerGone('for a place where passwords are checked'),
  'directory-line-full': (login) => slowDirectory(login),
  'directory-line-displaced': (login) => slowDirectory(login),
  'directory-line-late': (login) => slowDirectory(login),
  'directory-line-gone': () => callerGone('for the directory'),
  'directory-breaker-open': (login) => ({
    says: `The directory of ${connectionOf(login)} failed several times in a row, so it is left alone for some seconds and was not asked.`,
    fix: testConnection(login, 'Look what is wrong with it; once it answers, logins go through by themselves.'),
  }),

  audience: (login) =>
    explained(
      `The tenant has no API whose identifier is ${login.audience ?? 'the audience of the request'}.`,
      'Compare the audience with the identifiers of the APIs, letter by letter: a slash at the end counts. Or make the API.',
      { kind: 'api', id: login.audience, member: 'identifier' },
      commandLine(login, 'api', 'list'),
    ),
  'missing-audience': (login) =>
    explained(
      'The client asks for a token for itself and names no API, and the tenant has no default audience.',
      'Send the identifier of an API as audience, or set default_audience of the tenant.',
      atCaller('audience'),
      commandLine(login, 'api', 'list'),
    ),
  'client-grant': (login) =>
    explained(
      `The client was granted nothing of the API ${login.audience ?? 'that it asks for'}.`,
      'Make a client grant of client and API: in the tenant file under clientGrants, or by POST /api/v2/client-grants.',
      { kind: 'client-grant', id: null, member: 'audience' },
    ),
  scope: (login) =>
    explained(
      `The request asks for scopes that the client was not granted: ${login.scope ?? 'see the answer'}.`,
      'Ask for less, or add the scopes to the client grant, and to the API if it lacks them.',
      { kind: 'client-grant', id: null, member: 'scope' },
      login.audience === null ? null : commandLine(login, 'api', 'show', login.audience),
    ),

  storage: () =>
    explained(
      'The database did not answer.',
      'Look at the operational log of the server, and whether the database runs and has room.',
      { kind: 'configuration', id: null, member: 'database_url' },
      'gatehouse doctor',
    ),
  unexpected: () =>
    explained(
      'Something went wrong inside this server, which is a fault of its own.',
      'The operational log has the error under the same request id. Please report it.',
      null,
      'gatehouse doctor',
    ),
} satisfies Readonly<Record<string, Explain>>;

/** How to find out what is wrong with a directory. */
export function testConnection(login: RefusedLogin, says: string, member: string | null = null): Fix {
  const { connectionName: name } = login;
  return {
    says,
    setting: ofConnection(login, member),
    command: name === null ? null : commandLine(login, 'connection', 'test', name),
  };
}

function usable({ usableConnections: names }: RefusedLogin): string {
  return names.length === 0
    ? 'There is no such connection yet that this client may use.'
    : `This client may use: ${names.join(', ')}.`;
}

/** Sets the default directory where there is no choice, and shows what there is otherwise. */
function chooseDirectory(login: RefusedLogin): string {
  const [only, another] = login.usableConnections;
  if (only === undefined || another !== undefined) return commandLine(login, 'connection', 'list');
  return tenantCommandLine(login, `default_directory=${only}`);
}

function manyOfOneName(login: RefusedLogin) {
  return explained(
    'Attempts on the same name or from the same address are under way already, as many as there are guesses left, and this one waited too long for them.',
    'Does a program send many logins of one user at once? Let it log in once and keep the token.',
    ofAttackProtection(null),
    commandLine(login, ...SHOW_BLOCKS),
  );
}

function tooManyHashes() {
  return explained(
    'More logins came than this machine can check passwords for, and the wait would have been too long.',
    'Add processors or servers, or set hash_slots and hash_wait_budget_ms; callers should keep tokens until they expire.',
    { kind: 'configuration', id: null, member: 'hash_slots' },
  );
}

function slowDirectory(login: RefusedLogin) {
  return {
    says: `More logins came than the directory of ${connectionOf(login)} answers in time.`,
    fix: testConnection(login, 'Look how long it takes to answer; it is asked 32 questions at once.'),
  };
}

function callerGone(what: string) {
  return explained(
    `The caller closed the connection while the login waited ${what}.`,
    'Give the caller more time: ten seconds are enough for every login.',
    atCaller('timeout'),
  );
}

function unblock(login: RefusedLogin): string {
  // The name of an unknown user is not kept, and only whoever counts knows it.
  if (login.userId === null) return commandLine(login, ...SHOW_BLOCKS);
  return commandLine(login, 'attack-protection', 'unblock', '--user', login.userId);
}

function ofAttackProtection(member: string | null): Setting {
  return { kind: 'attack-protection', id: null, member };
}

function ofTenant({ tenantName }: RefusedLogin, member: string): Setting {
  return { kind: 'tenant', id: tenantName, member };
}

function ofConnection({ connectionName }: RefusedLogin, member: string | null): Setting {
  return { kind: 'connection', id: connectionName, member };
}

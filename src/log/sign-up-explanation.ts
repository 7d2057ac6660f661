// Explanations of sign-ups that were refused, for the operator.
import {
  atCaller,
  commandLine,
  connectionOf,
  type Explain,
  explained,
  type RefusedLogin,
  type Setting,
} from './refused-login.ts';

/** By reason; login-explanation.ts puts all tables together. */
export const SIGN_UP_EXPLANATIONS = {
  'unknown-connection': () =>
    explained(
      'The request names a connection that this tenant does not have.',
      'Send the name of a database connection as connection. It is case-sensitive.',
      atCaller('connection'),
    ),
  'sign-up-closed': (login) =>
    explained(
      `Nobody can make an account in ${connectionOf(login)}.`,
      'Set disable_signup of the connection to false when strangers are to make accounts.',
      ofConnection(login, 'options.disable_signup'),
      setting(login, 'options.disable_signup=false'),
    ),
  'password-refused': (login) =>
    explained(
      `The new password is not one that ${connectionOf(login)} takes: ${login.description.replace(/\.?$/, '.')}`,
      'Let the page that asks for the password show the rules, which the answer has. The options of the connection are in docs/sign-up.md.',
      ofConnection(login, 'options.passwordPolicy'),
    ),
  'user-exists': (login) =>
    explained(
      `Somebody in ${connectionOf(login)} has this address or user name already.`,
      'The user can log in, or needs a new password. A program that sent the request again after an answer was lost may take this for a success.',
    ),
  'sign-up-script': (login) =>
    explained(
      `A script that makes accounts in ${connectionOf(login)}, create or get_user, failed: its words are with the event. Whether the account was made there is not known.`,
      'Correct the script, or what it asks. Somebody who was made there can log in; for everybody else the sign-up can be sent again.',
      ofConnection(login, 'options.customScripts'),
    ),
  'sign-up-throttled': (login) =>
    explained(
      `More accounts were to be made from ${login.ip ?? 'one address'} than the tenant allows in that time.`,
      'Is it the address of your own backend or gateway? Name your proxies in trusted_proxies, put the address on the allow list, or raise the limit.',
      {
        kind: 'attack-protection',
        id: null,
        member: 'suspiciousIpThrottling.stage.pre-user-registration.max_attempts',
      },
      login.ip === null ? null : commandLine(login, 'attack-protection', 'unblock', '--ip', login.ip),
    ),
} satisfies Readonly<Record<string, Explain>>;

function ofConnection({ connectionName }: RefusedLogin, member: string): Setting {
  return { kind: 'connection', id: connectionName, member };
}

function setting(login: RefusedLogin, assignment: string): string | null {
  if (login.connectionName === null) return null;
  return commandLine(login, 'connection', 'update', login.connectionName, '--set', assignment);
}

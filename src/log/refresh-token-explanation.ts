// Explanations of refresh tokens that were refused: the caller hears one sentence for all of them.
import { atCaller, commandLine, type Explain, explained, type RefusedLogin, type Setting } from './refused-login.ts';

const LOG_IN = 'The user logs in again.';

/** By reason; login-explanation.ts puts all tables together. */
export const REFRESH_TOKEN_EXPLANATIONS = {
  'refresh-token-unknown': () =>
    explained(
      'This server knows no such refresh token: it was cut, belongs to another tenant, or ended long ago; those of a user, client or connection that was deleted went with it.',
      `${LOG_IN} When it happens often, look whether the client keeps the whole text.`,
      atCaller('refresh_token'),
    ),
  'refresh-token-other-client': () =>
    explained(
      'The refresh token was given to another client.',
      'Send the client_id of the client that logged the user in. A token that somebody else has was stolen: end the tokens of the user.',
      atCaller('client_id'),
    ),
  'refresh-token-expired': (login) =>
    explained(
      'The refresh token is older than tokens of its client may get.',
      `${LOG_IN} A longer token_lifetime counts for logins from then on.`,
      ofClient(login, 'refresh_token.token_lifetime'),
    ),
  'refresh-token-idle': (login) =>
    explained(
      'The refresh token was not used for longer than tokens of its client may be idle.',
      `${LOG_IN} A longer idle_token_lifetime counts for uses from then on.`,
      ofClient(login, 'refresh_token.idle_token_lifetime'),
    ),
  'refresh-token-revoked': (login) =>
    explained(
      'The refresh token was ended: by the client, an administrator, a new password, a use of one that had been replaced, or because the user had too many of this client.',
      `${LOG_IN} The log of the user says what happened.`,
      ofUser(login),
      commandLine(login, 'log', 'list'),
    ),
  'refresh-token-reused': (login) =>
    explained(
      'The refresh token had been replaced by another one, so two have it, and one of them may have stolen it: it ended with all that took its place.',
      'The user logs in again. When clients lose answers, or send one token several times at once, give the client a leeway of some seconds.',
      ofClient(login, 'refresh_token.leeway'),
    ),
  'refresh-token-rotation-off': (login) =>
    explained(
      'The refresh token is one of those that are replaced at each use, and its client does not rotate tokens any more.',
      LOG_IN,
      ofClient(login, 'refresh_token.rotation_type'),
    ),
  'refresh-token-connection': (login) =>
    explained(
      `The user logged in through the connection ${login.connectionName ?? ''}, which the client may not use any more.`,
      'Add the client to enabled_clients of the connection.',
      { kind: 'connection', id: login.connectionName, member: 'enabled_clients' },
    ),
  'refresh-token-audience': (login) =>
    explained(
      `The refresh token is for the API ${login.audience ?? ''}, which is gone or allows no refresh tokens any more.`,
      'Set allow_offline_access of the API to true, or let the user log in for another API.',
      { kind: 'api', id: login.audience, member: 'allow_offline_access' },
    ),
} satisfies Readonly<Record<string, Explain>>;

function ofClient({ clientId }: RefusedLogin, member: string): Setting {
  return { kind: 'client', id: clientId, member };
}

function ofUser({ userId }: RefusedLogin): Setting {
  return { kind: 'user', id: userId, member: null };
}

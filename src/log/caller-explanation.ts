// Explanations of refusals before any user is looked for: how the request is written, who asks, and what it may ask for.
import { atCaller, commandLine, type Explain, explained, type RefusedLogin, type Setting } from './refused-login.ts';

/** By reason; login-explanation.ts puts all tables together. */
export const CALLER_EXPLANATIONS = {
  malformed: ({ description }) =>
    explained(
      `The request could not be read: ${description}.`,
      'Send one form or one JSON object, in which every parameter is a text of valid UTF-8.',
      atCaller('body'),
    ),
  repeated: ({ description }) =>
    explained(
      `The request could not be read: ${description}.`,
      'Send every parameter once. Scopes are one parameter, separated by spaces.',
      atCaller('body'),
    ),
  'over-limit': ({ description }) =>
    explained(
      `A parameter is longer than this server takes: ${description}.`,
      'Shorten what the answer names. The limits are in docs/password-grant.md.',
      atCaller('body'),
    ),
  'missing-parameter': ({ description }) =>
    explained(
      `The request lacks a parameter: ${description}.`,
      'Send it. The password grant needs username and password, password-realm needs realm too, and an SDK may leave out what is empty.',
      atCaller('body'),
    ),
  'media-type': () =>
    explained(
      'The request has a body in a form that this endpoint does not take.',
      'Send Content-Type: application/x-www-form-urlencoded, or application/json.',
      atCaller('Content-Type'),
    ),
  'credentials-in-query': () =>
    explained(
      'The request has a password, secret or token in its address, which machines on the way write down.',
      'Send it in the body, and change what was sent: it stands in the logs of every proxy.',
      atCaller('query'),
    ),

  'missing-client-id': () =>
    explained(
      'The request does not say which client it comes from.',
      'Send client_id in the body, or both client_id and client_secret in a Basic header.',
      atCaller('client_id'),
    ),
  'two-client-proofs': () =>
    explained(
      'The request proves its client in two ways at once, or names two clients.',
      'Send the credentials in the Authorization header or in the body, not in both. Many SDKs add one by themselves.',
      atCaller('client_secret'),
    ),
  'malformed-basic': () =>
    explained(
      'The Authorization header begins with Basic, and what follows is no client_id and client_secret.',
      'Form-encode both, join them by a colon and encode the result as base64 (RFC 6749, 2.3.1).',
      atCaller('Authorization'),
    ),
  'unknown-client': (login) =>
    explained(
      'The tenant has no client with this client_id.',
      'Compare the client_id with those of the tenant, and the host that the caller uses with the domains of the tenant.',
      atCaller('client_id'),
      commandLine(login, 'client', 'list'),
    ),
  'missing-client-secret': (login) =>
    explained(
      'The client has a secret, and the request sent none.',
      'Send client_secret. An app on a phone or in a browser cannot keep one: set token_endpoint_auth_method of its client to none.',
      ofClient(login, 'token_endpoint_auth_method'),
      updateClient(login, 'token_endpoint_auth_method=none'),
    ),
  'wrong-client-secret': (login) =>
    explained(
      'The request has a client secret, and it is not that of the client.',
      'Give the caller the secret of this client. When nobody has it any more, make a new one; the old one can work for a while too.',
      ofClient(login, 'client_secret'),
      clientCommand(login, 'rotate-secret', ['--keep-old-for', '86400']),
    ),
  'missing-client-assertion': (login) =>
    explained(
      'The client proves itself by a signed assertion (private_key_jwt), and the request has none.',
      'Sign a client_assertion with the private key of the client, or give the client a secret instead.',
      ofClient(login, 'client_authentication_methods'),
    ),
  'client-secret-guessing': () =>
    explained(
      'Too many wrong secrets of this client came from this address, so none is compared any more for a while.',
      'Find the program that sends the wrong secret. One more try is forgiven each minute, on each server by itself.',
      atCaller('client_secret'),
    ),

  'unsupported-grant-type': ({ description }) =>
    explained(
      `This server does not offer that grant: ${description}.`,
      'Ask for password, http://auth0.com/oauth/grant-type/password-realm, refresh_token or client_credentials.',
      atCaller('grant_type'),
    ),
  'grant-not-enabled': (login) =>
    explained(
      `The client may not use the grant type ${login.grantType ?? 'of the request'}; no client may use a password grant until somebody allows it.`,
      'Add the grant type to grant_types of the client. password and password-realm are two.',
      ofClient(login, 'grant_types'),
      login.grantTypes === null || login.grantType === null
        ? null
        : updateClient(login, `grant_types=${[...new Set([...login.grantTypes, login.grantType])].join(',')}`),
    ),
  'third-party-client': (login) =>
    explained(
      'The client belongs to somebody else (is_first_party is false), and such a client never gets to see a password.',
      'Only if the application is your own: make it a first-party client.',
      ofClient(login, 'is_first_party'),
      updateClient(login, 'is_first_party=true'),
    ),
  'public-client': (login) =>
    explained(
      'The client has no secret, and a client that cannot prove itself gets no token for itself.',
      'Give it a secret by another token_endpoint_auth_method, and let only a backend have it.',
      ofClient(login, 'token_endpoint_auth_method'),
      updateClient(login, 'token_endpoint_auth_method=client_secret_post'),
    ),
  region: ({ tenantName }) =>
    explained(
      `The configuration of this server limits the password grant to some regions, and that of ${tenantName} is none of them.`,
      'Add the region of the tenant to password_grant_regions in the configuration, and restart the server.',
      { kind: 'configuration', id: null, member: 'password_grant_regions' },
    ),
} satisfies Readonly<Record<string, Explain>>;

function ofClient({ clientId }: RefusedLogin, member: string): Setting {
  return { kind: 'client', id: clientId, member };
}

function clientCommand(login: RefusedLogin, verb: string, words: readonly string[]): string | null {
  return login.clientId === null ? null : commandLine(login, 'client', verb, login.clientId, ...words);
}

function updateClient(login: RefusedLogin, member: string): string | null {
  return clientCommand(login, 'update', ['--set', member]);
}

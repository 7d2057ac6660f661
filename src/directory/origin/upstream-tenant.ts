// An Auth0 tenant, or another Gatehouse, that knows the passwords of users to come: its token endpoint checks one, and its
// /userinfo says whose it is. Called by origin-driver.ts.
import type { UpstreamTenant } from '../../connection/user-source.ts';
import { randomHex } from '../../lib/id.ts';
import type { DirectoryOutcome, DirectoryProfile, LoginAttempt, LoginSource } from '../directory.ts';
import { formOf, jsonOf, requireServing, type UpstreamSend } from '../upstream-http.ts';
import { UpstreamUnusable, upstreamRefusalOf } from './upstream-error.ts';

type Json = Readonly<Record<string, unknown>>;

const RETRY_AFTER_SECONDS = 30;
const IDENTITY_ID_LENGTH = 24;
/** Without blanks and control characters: it becomes part of a `sub`. */
const PLAIN_ID = /^auth0\|([\x21-\x7e]{1,128})$/;

/** Checks one password there; throws `UpstreamOutage`. */
export async function askUpstreamTenant(
  tenant: UpstreamTenant,
  send: UpstreamSend,
  attempt: LoginAttempt,
  { ip }: Pick<LoginSource, 'ip'>,
): Promise<DirectoryOutcome> {
  try {
    const answer = await requestToken(tenant, send, attempt, ip);
    if ('kind' in answer) return answer;
    const claims = await readUser(tenant, send, answer.token);
    return {
      kind: 'accepted',
      account: { identityId: identityIdOf(claims), profile: profileOf(claims), groups: null },
    };
  } catch (error) {
    if (!(error instanceof UpstreamUnusable)) throw error;
    const { reason } = error;
    return { kind: 'unavailable', reason, directoryFailed: true, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}

async function requestToken(
  { issuer, clientId, clientSecret, realm }: UpstreamTenant,
  send: UpstreamSend,
  { identifier, password }: LoginAttempt,
  ip: string,
): Promise<DirectoryOutcome | { readonly token: string }> {
  const form = formOf({
    ...(realm === null
      ? { grant_type: 'password' }
      : { grant_type: 'http://auth0.com/oauth/grant-type/password-realm', realm }),
    client_id: clientId,
    ...(clientSecret === null ? {} : { client_secret: clientSecret.reveal() }),
    username: identifier,
    password: password.reveal(),
    scope: 'openid profile email',
  });
  // Auth0: counts wrong passwords by this address, when it trusts the application; otherwise they are all ours.
  const headers = { ...form.headers, 'auth0-forwarded-for': ip };
  const response = await send({ method: 'POST', url: `${issuer}oauth/token`, ...form, headers });
  const { status, retryAfterSeconds } = response;
  if (status !== 200) return upstreamRefusalOf(status, errorIn(response), retryAfterSeconds);
  const { access_token: token } = jsonOf(response);
  if (typeof token !== 'string' || token === '') throw new UpstreamUnusable('token-missing');
  return { token };
}

async function readUser({ issuer }: UpstreamTenant, send: UpstreamSend, token: string): Promise<Json> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await send({ method: 'GET', url: `${issuer}userinfo`, headers });
  requireServing(response);
  if (response.status !== 200) throw new UpstreamUnusable('userinfo-refused');
  return jsonOf(response);
}

/** The error of an answer that may be no JSON: a proxy on the way says what it likes. */
function errorIn(response: Parameters<typeof jsonOf>[0]): Json {
  const looksLikeJson = response.body.trimStart().startsWith('{');
  return looksLikeJson ? jsonOf(response) : {};
}

/** The part of an `auth0|ID` after the bar; a user of another kind gets an id of our own. */
function identityIdOf({ sub }: Json): string {
  if (typeof sub !== 'string' || sub === '') throw new UpstreamUnusable('profile-unusable');
  return PLAIN_ID.exec(sub)?.[1] ?? randomHex(IDENTITY_ID_LENGTH);
}

function profileOf(claims: Json): DirectoryProfile {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : null);
  return {
    email: text('email'),
    emailVerified: claims['email_verified'] === true,
    username: null,
    name: text('name'),
    givenName: text('given_name'),
    familyName: text('family_name'),
    nickname: text('nickname'),
    picture: text('picture'),
    phoneNumber: text('phone_number'),
    extra: {},
  };
}

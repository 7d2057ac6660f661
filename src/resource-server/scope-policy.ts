// Which scopes a token gets: what was asked, what the API offers, what the client may have. Pure, and full of surprises
// that Auth0's users depend on.

/** The scopes of OpenID Connect that a password-type grant can give, in Auth0's order. */
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone'];

/** The scope by which a client asks for a refresh token (OpenID Connect Core 11); it belongs to no API. */
export const OFFLINE_ACCESS = 'offline_access';

/** A scope parameter as a list without repeats (RFC 6749 3.3). */
export function parseScope(parameter: string | null): string[] {
  return [...new Set((parameter ?? '').split(' ').filter((token) => token !== ''))];
}

/**
 * The granted scopes, those of OpenID Connect in the order asked for, then those of the API.
 *
 * Auth0: with no scope of the API requested, all of them are granted; `openid` alone stands for all of OpenID Connect; an
 * unknown scope is dropped without a word.
 */
export function grantScope(requested: readonly string[], offeredByApi: readonly string[] | null): string[] {
  // With no API in play an empty request stands for all of OpenID Connect.
  if (requested.length === 0 && offeredByApi === null) return [...OIDC_SCOPES];
  const oidc = requested.filter((scope) => OIDC_SCOPES.includes(scope));
  const fromOidc = requested.length === 1 && requested[0] === 'openid' ? OIDC_SCOPES : oidc;
  // `offline_access` is no scope of an API: asking for it leaves all of the API's scopes.
  const askedOfApi = requested.filter((scope) => !OIDC_SCOPES.includes(scope) && scope !== OFFLINE_ACCESS);
  const offered = offeredByApi ?? [];
  return [...fromOidc, ...(askedOfApi.length === 0 ? offered : askedOfApi.filter((scope) => offered.includes(scope)))];
}

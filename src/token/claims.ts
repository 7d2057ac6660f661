// What the standard scopes tell of a user (OpenID Connect Core 5.4). The same for ID tokens and the userinfo endpoint.
import type { User } from '../user/user.ts';

/** The claims that these scopes give, in Auth0's order; what is not known is left out. */
export function claimsByScope(user: User, scope: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  if (scope.includes('profile')) {
    Object.assign(claims, {
      given_name: user.givenName,
      family_name: user.familyName,
      middle_name: user.middleName,
      nickname: user.nickname,
      name: user.name,
      picture: user.picture,
      // Auth0: a text, where OpenID Connect has a number.
      updated_at: new Date(user.updatedAt).toISOString(),
    });
  }
  if (scope.includes('email') && user.email !== null) {
    Object.assign(claims, { email: user.email, email_verified: user.emailVerified });
  }
  if (scope.includes('phone') && user.phoneNumber !== null) {
    Object.assign(claims, { phone_number: user.phoneNumber, phone_number_verified: user.phoneVerified });
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

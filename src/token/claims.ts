// What the standard scopes tell of a user (OpenID Connect Core 5.4). The same for ID tokens and the userinfo endpoint.
import type { User } from '../user/user.ts';

/** The claims that these scopes give, in Auth0's order; what is not known is left out. */
export function claimsByScope(user: User, scope: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  const tell = (name: string, value: unknown) => {
    if (value !== null) claims[name] = value;
  };
  if (scope.includes('profile')) {
    tell('given_name', user.givenName);
    tell('family_name', user.familyName);
    tell('middle_name', user.middleName);
    tell('nickname', user.nickname);
    tell('name', user.name);
    tell('picture', user.picture);
    // Auth0: a text, where OpenID Connect has a number.
    tell('updated_at', new Date(user.updatedAt).toISOString());
  }
  if (scope.includes('email') && user.email !== null) {
    tell('email', user.email);
    tell('email_verified', user.emailVerified);
  }
  if (scope.includes('phone') && user.phoneNumber !== null) {
    tell('phone_number', user.phoneNumber);
    tell('phone_number_verified', user.phoneVerified);
  }
  return claims;
}

// How strong a new password must be, by the policy of its connection: the rules are Auth0's own library's.
import createSheriff from 'password-sheriff';
import type { PasswordPolicyName } from '../../connection/database-options.ts';
import type { Secret } from '../../lib/secret.ts';

/** True for a password that the policy accepts. */
export function isStrongEnough(policy: PasswordPolicyName, password: Secret): boolean {
  return createSheriff(policy).check(password.reveal());
}

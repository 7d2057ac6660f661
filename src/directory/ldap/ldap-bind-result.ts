// What an LDAP server's answer to a bind means: OpenLDAP, 389 Directory Server and FreeIPA, with and without their password
// policies (draft-behera-ldap-password-policy).
import { PasswordPolicyError } from 'ldapts';
import type { RejectionReason } from '../../error/refusal-reason.ts';
import type { BindAnswer, LdapRefusal } from './ldap-session.ts';
import { LoginUnusable } from './login-unusable.ts';

const UNWILLING_TO_PERFORM = 53;

const BY_POLICY: ReadonlyMap<number, RejectionReason> = new Map([
  [PasswordPolicyError.PasswordExpired, 'password-expired'],
  [PasswordPolicyError.AccountLocked, 'locked'],
  [PasswordPolicyError.ChangeAfterReset, 'must-change-password'],
]);

const BY_CODE: ReadonlyMap<number, RejectionReason> = new Map([
  // 389 Directory Server says so when there were too many wrong passwords.
  [19, 'locked'],
  [32, 'unknown-user'],
  [34, 'unknown-user'],
  [48, 'wrong-password'],
  [49, 'wrong-password'],
  [50, 'not-permitted'],
  // An account that was made inactive.
  [UNWILLING_TO_PERFORM, 'disabled'],
]);

/** Of an account that was made inactive 389 Directory Server says also, by its control, that it is locked. */
const INACTIVATED = /^Account inactivated\b/;

/** Why a bind was refused; throws `LoginUnusable` for an answer that says nothing about the password. */
export function refusalReasonOf({ code, diagnostic, policyError }: LdapRefusal): RejectionReason {
  if (code === UNWILLING_TO_PERFORM && INACTIVATED.test(diagnostic)) return 'disabled';
  const reason = BY_POLICY.get(policyError ?? -1) ?? BY_CODE.get(code);
  if (reason === undefined) throw new LoginUnusable(`directory-bind-result:${code}`);
  return reason;
}

/** Why somebody may not come in although the password is right; null when nothing speaks against it. */
export function objectionOf({ policyError }: BindAnswer): RejectionReason | null {
  return BY_POLICY.get(policyError ?? -1) ?? null;
}

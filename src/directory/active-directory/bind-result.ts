// What Active Directory means by result 49: the text that comes with it holds a Windows error code, in hexadecimal.
import type { RejectionReason } from '../../error/refusal-reason.ts';
import { refusalReasonOf } from '../ldap/ldap-bind-result.ts';
import type { LdapRefusal } from '../ldap/ldap-session.ts';

const INVALID_CREDENTIALS = 49;

const BY_SUB_CODE: ReadonlyMap<string, RejectionReason> = new Map([
  ['525', 'unknown-user'],
  ['52e', 'wrong-password'],
  ['52f', 'not-permitted'],
  ['530', 'logon-hours'],
  ['531', 'workstation'],
  ['532', 'password-expired'],
  ['533', 'disabled'],
  ['701', 'account-expired'],
  ['773', 'must-change-password'],
  ['775', 'locked'],
]);

/** Why a bind was refused; throws `LoginUnusable` for an answer that says nothing about the password. */
export function refusalReasonOfActiveDirectory(refusal: LdapRefusal): RejectionReason {
  const [, subCode = ''] = /\bdata ([0-9a-f]+)/i.exec(refusal.diagnostic) ?? [];
  const reason = refusal.code === INVALID_CREDENTIALS ? BY_SUB_CODE.get(subCode.toLowerCase()) : undefined;
  return reason ?? refusalReasonOf(refusal);
}

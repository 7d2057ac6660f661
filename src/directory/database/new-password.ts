// Whether an account may have a new password. The one check of every door that sets one: the Management API, sign-up, tenant
// files and commands. Only bulk imports, which bring hashes, have none.
import type { PasswordPolicy } from '../../connection/database-options.ts';
import type { Secret } from '../../lib/secret.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import type { CredentialStore } from './credential-store.ts';
import type { PasswordHasher } from './password-hash.ts';
import { type NamesOfPerson, type PasswordProblem, passwordProblem, policyProblem } from './password-policy.ts';

/** A password that somebody wants, and the account that it is for. */
export interface NewPassword {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  /** The part of the user id after the bar; null for an account that is yet to be made. */
  readonly identityId: string | null;
  readonly policy: PasswordPolicy;
  readonly password: Secret;
  /** The person as they will be known with it. */
  readonly person: NamesOfPerson;
}

interface Parts {
  readonly credentials: CredentialStore;
  /** Checks one hash, in a slot of the machine. */
  readonly verify: PasswordHasher['verify'];
}

/**
 * What is wrong with the password; null when the account may have it. An account with a history costs up to one hash for
 * every password in it.
 */
export async function checkNewPassword(
  { credentials, verify }: Parts,
  { tenantId, connectionId, identityId, policy, password, person }: NewPassword,
): Promise<PasswordProblem | null> {
  const problem = await policyProblem(policy, password, person);
  if (problem || identityId === null || policy.historySize === 0) return problem;
  const latest = await credentials.listLatestHashes(tenantId, connectionId, identityId, policy.historySize);
  for (const passwordHash of latest) {
    if ((await verify(passwordHash, password)).matches) return passwordProblem('PasswordHistoryError');
  }
  return null;
}

// Looks a password up among breached ones where its tenant wants that, and says what is to be done. Called at logins, behind the
// right password only, at sign-ups and where a password is changed.
import type { Secret } from '../lib/secret.ts';
import type { AccountEvent, AccountLog } from '../log/account-log.ts';
import type { Database } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { issuerOf, type Tenant, type TenantId } from '../tenant/tenant.ts';
import type { BreachStage, Shield } from './attack-protection.ts';
import type { IsBreached } from './breach-check.ts';
import type { ProtectionMail } from './protection-mail.ts';
import type { ProtectionSettingsOf } from './protection-settings.ts';

/** What is to be done about a password that is known from a breach; null for any other, and where nobody wants to know. */
export type FindBreach = (
  tenantId: TenantId,
  stage: BreachStage,
  password: Secret,
) => Promise<readonly Shield[] | null>;

/** Builds it. */
export function createFindBreach(settingsOf: ProtectionSettingsOf, isBreached: IsBreached): FindBreach {
  return async (tenantId, stage, password) => {
    const { enabled, shields } = (await settingsOf(tenantId)).of.breachedPasswords;
    return enabled && (await isBreached(password)) ? shields[stage] : null;
  };
}

/** True for a new password that must not be taken; writes down that it is breached, whether it is taken or not. */
export type RefusesNewPassword = (
  tenant: Tenant,
  password: Secret,
  about: Omit<AccountEvent, 'type' | 'description'>,
) => Promise<boolean>;

interface Parts {
  readonly findBreach: FindBreach;
  readonly protectionMail: ProtectionMail;
  readonly database: Pick<Database, 'transaction'>;
  readonly accountLog: AccountLog;
}

/** Builds the check of passwords that take the place of others. */
export function createNewPasswordGuard(parts: Parts): RefusesNewPassword {
  const { findBreach, protectionMail, database, accountLog } = parts;

  function mailsOf(tenant: Tenant, about: Omit<AccountEvent, 'type' | 'description'>): Effect[] {
    // Whoever has no domain has no dashboard to be led to.
    const [domain] = tenant.domains;
    if (!domain) return [];
    return protectionMail.leakedForAdministrators({ ...about, tenant, issuer: issuerOf(domain) }, about.userId ?? null);
  }

  return async (tenant, password, about) => {
    const shields = await findBreach(tenant.id, 'passwordChange', password);
    if (!shields) return false;
    const blocks = shields.includes('block');
    const mails = shields.includes('admin_notification') ? mailsOf(tenant, about) : [];
    const end = blocks ? 'it was not taken' : 'it was taken';
    const description = `The new password is known from a breach: ${end}`;
    await database.transaction(async (sql) => {
      await accountLog(sql, tenant, { ...about, type: 'reset_pwd_leak', description });
      for (const { query } of mails) await sql.executeQuery(query);
    });
    return blocks;
  };
}

// A bind within the budget of its account: what the domain counts as a wrong password is counted here first.
import type { AttemptEnd } from '../../attack-protection/attempt-store.ts';
import type { BindBudget } from '../../attack-protection/bind-budget.ts';
import type { ActiveDirectoryConnection } from '../../connection/connection.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { userIdOf } from '../../user/identity.ts';
import type { DirectoryOutcome, LoginSource } from '../directory.ts';
import type { AroundBind } from '../ldap/ldap-login.ts';
import { BindUnanswered } from '../ldap/ldap-session.ts';

/** Binds only while something of the budget is left. */
export function withinBudget(
  budget: BindBudget,
  tenantId: TenantId,
  connection: ActiveDirectoryConnection,
  source: LoginSource,
): AroundBind {
  return async (accountId, bind) => {
    const { maxBadBinds: limit, badBindWindowMs: windowMs } = connection.options;
    const whose = { tenantId, connectionId: connection.id, accountId, userId: userIdOf(connection, accountId) };
    const place = await budget.reserve({ ...whose, ...source, limit, windowMs });
    if (place === null) return { kind: 'rejected', reason: 'bind-limit', identityId: accountId };
    // Whatever fails before a password is sent, or after it was right, is no wrong password.
    let end: AttemptEnd = 'released';
    try {
      const outcome = await bind();
      end = endOf(outcome);
      return outcome;
    } catch (error) {
      if (error instanceof BindUnanswered) end = 'failed';
      throw error;
    } finally {
      await place.ended(end);
    }
  };
}

function endOf(outcome: DirectoryOutcome): AttemptEnd {
  if (outcome.kind === 'accepted') return 'succeeded';
  return outcome.kind === 'rejected' && outcome.reason === 'wrong-password' ? 'failed' : 'released';
}

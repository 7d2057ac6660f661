// Asks whoever made an account to confirm the address, as Auth0 does: the mail is asked for in the transaction that makes the
// account. Where no mail can leave, that shows in the tenant's log, and the account is made all the same.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { MailRequestStore } from '../mail/mail-request-store.ts';
import type { AfterSignUp } from './sign-up.ts';

interface Parts {
  readonly mailRequests: MailRequestStore;
  readonly steadyTime: SteadyTime;
}

/** Builds it. */
export function createSignUpMail({ mailRequests, steadyTime }: Parts): AfterSignUp {
  return async (sql, { tenant, client, user }, { issuer, ip, ipSource, userAgent, hostname, requestId }) => {
    if (user.email === null) return;
    const { query } = mailRequests.insertionOf(
      tenant.id,
      {
        ...{ name: 'verify_email', recipient: { userId: user.userId }, clientId: client.clientId, jobId: null, issuer },
        origin: { ip, ipSource, userAgent, hostname, requestId },
      },
      steadyTime.now(),
    );
    await sql.executeQuery(query);
  };
}

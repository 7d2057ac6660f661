// Mails to confirm an address, asked for over the Management API. Called by the endpoints that make or change a user, and by
// that of the job.
import { apiRefusals } from '../error/api-error.ts';
import type { MailQueue } from '../mail/mail-queue.ts';
import type { MailOrigin } from '../mail/mail-request.ts';
import type { Sql } from '../storage/database.ts';
import type { User } from '../user/user.ts';
import type { Call } from './endpoint.ts';

/** Which mail. */
interface Wanted {
  readonly user: Pick<User, 'userId' | 'email'>;
  /** The application that it is about; null for none. */
  readonly clientId: string | null;
  /** The job that stands for it; null for none. */
  readonly jobId: string | null;
}

export interface VerificationMails {
  /** Throws `ApiError` when no mail of the tenant could leave, or the user has no address. */
  require(call: Call, user: Pick<User, 'email'>): Promise<void>;
  /** Adds the mail to the transaction; it leaves after that. */
  add(call: Call, wanted: Wanted, sql: Sql): Promise<void>;
}

/** Builds it over the queue. */
export function createVerificationMails(mailQueue: MailQueue): VerificationMails {
  return {
    async require({ tenant }, { email }) {
      if (email === null) {
        throw apiRefusals.badRequest('The user has no e-mail address to confirm.', 'operation_not_supported');
      }
      if (await mailQueue.hasWay(tenant.id)) return;
      throw apiRefusals.badRequest(
        'There is no way to send mail: set smtp_host, or an email provider for the tenant.',
        'operation_not_supported',
      );
    },

    async add(call, { user, clientId, jobId }, sql) {
      const { query } = mailQueue.insertionOf(call.tenant.id, {
        ...{ name: 'verify_email', recipient: { userId: user.userId }, clientId, jobId, issuer: call.issuer },
        origin: originOf(call),
      });
      await sql.executeQuery(query);
    },
  };
}

function originOf({ actor }: Call): MailOrigin {
  return {
    ip: actor.ip ?? 'unknown',
    ipSource: null,
    userAgent: actor.userAgent,
    hostname: actor.hostname ?? '',
    requestId: actor.requestId ?? '',
  };
}

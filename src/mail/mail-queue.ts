// Where mails are asked for: a request goes into the database with what caused it, and the sender finds it there.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { MailRequest } from './mail-request.ts';
import type { MailRequestStore } from './mail-request-store.ts';
import type { TransportOf } from './mail-transport.ts';

export interface MailQueue {
  /** True when there is a way that mails of the tenant can leave by. Without one, a mail ends as a failure in its log. */
  hasWay(tenantId: TenantId): Promise<boolean>;
  /** What is to be written, in the transaction of its cause, to have the mail sent. */
  insertionOf(tenantId: TenantId, request: MailRequest): Effect;
}

interface Parts {
  readonly mailRequests: MailRequestStore;
  readonly transportOf: TransportOf;
  readonly steadyTime: SteadyTime;
}

/** Builds it. */
export function createMailQueue({ mailRequests, transportOf, steadyTime }: Parts): MailQueue {
  return {
    hasWay: async (tenantId) => (await transportOf(tenantId)) !== null,
    insertionOf: (tenantId, request) => mailRequests.insertionOf(tenantId, request, steadyTime.now()),
  };
}

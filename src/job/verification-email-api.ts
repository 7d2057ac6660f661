// Management: the job that sends a mail to confirm an address.
import Type from 'typebox';
import { takesChange } from '../connection/scripted-account.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { Changes } from '../management/changes.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import type { UserChanges } from '../management/user-changes.ts';
import type { VerificationMails } from '../management/verification-mails.ts';
import type { JobId } from './job.ts';
import type { JobStore } from './job-store.ts';

interface Parts {
  readonly stores: ApplyStores & { readonly jobs: JobStore };
  readonly changes: Changes;
  readonly users: UserChanges;
  readonly verificationMails: VerificationMails;
  readonly clock: Clock;
}

const ID_LENGTH = 16;
const Body = Type.Object(
  {
    user_id: Type.String({ minLength: 1, maxLength: 512 }),
    client_id: Type.Optional(Type.String({ minLength: 1, description: 'The application that it is about.' })),
  },
  { additionalProperties: false },
);

/** The endpoint of the job. */
export function createVerificationEmailEndpoints(parts: Parts): Endpoint[] {
  const { stores, changes, users, verificationMails, clock } = parts;
  return [
    endpoint({
      method: 'POST',
      path: '/jobs/verification-email',
      tag: 'jobs',
      summary: 'Send a user a mail to confirm the e-mail address',
      scopes: ['update:users'],
      body: Body,
      example: { body: { user_id: 'auth0|67e9930075b689b7db2688df' } },
      status: 201,
      async handle(call) {
        const { tenant, body } = call;
        const user = await users.getChangeable(tenant.id, body.user_id);
        const identities = await stores.users.listIdentities(tenant.id, user.userId);
        if (!takesChange(user, identities, await stores.connections.list(tenant.id), 'verify')) {
          throw apiRefusals.badRequest('The user must belong to a database connection.', 'operation_not_supported');
        }
        if (body.client_id !== undefined && !(await stores.clients.findById(tenant.id, body.client_id))) {
          throw apiRefusals.missing('client');
        }
        await verificationMails.require(call, user);
        const id: JobId = `job_${randomAlphanumeric(ID_LENGTH)}`;
        const createdAt = clock.now();
        const job = { id, type: 'verification_email', connectionId: null, externalId: null, createdAt } as const;
        return changes.write(call, async (sql) => {
          await stores.jobs.insert(tenant.id, { ...job, settings: {}, source: MAIL_SOURCE, bytesTotal: 0 }, sql);
          await verificationMails.add(call, { user, clientId: body.client_id ?? null, jobId: id }, sql);
          const change = { action: 'started', noun: 'verification email', name: user.userId, members: [] } as const;
          const result = { type: job.type, status: 'pending', id, created_at: new Date(createdAt).toISOString() };
          return { result, changes: [change] };
        });
      },
    }),
  ];
}

/** Nothing is read for it, and no process works on it: the sender of mails ends it. */
const MAIL_SOURCE = 'mail';

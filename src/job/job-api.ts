// Management: jobs about users: imports from a file, exports to one, and what became of them.
import Type, { type Static } from 'typebox';
import { ADMINISTRATORS, DATABASE_STRATEGY } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { ApiError, apiRefusals } from '../error/api-error.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { notInThisVersion } from '../management/absent-family.ts';
import { type Call, type Endpoint, endpoint, NO_CONTENT } from '../management/endpoint.ts';
import { readMultipart } from '../management/multipart-body.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { exportSettingsOf, importSettingsOf } from '../user-import/job-settings.ts';
import { FileTooLarge, MOST_FILE_BYTES, TooManyJobs, type UserJobs } from '../user-import/user-jobs.ts';
import { type Job, percentageOf } from './job.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly userJobs: UserJobs;
  readonly audit: AuditLog;
}

const TAG = 'jobs';
const ID = { id: { description: 'The id of the job.', example: 'job_0123456789abcdef' } };
const ImportForm = Type.Object(
  {
    users: Type.String({ format: 'binary', description: 'A file with a JSON array of users, 500 KB at most.' }),
    connection_id: Type.String({ minLength: 1, description: 'The database connection that they are for.' }),
    upsert: Type.Optional(Type.Boolean({ description: 'True changes users who are there already; default false.' })),
    external_id: Type.Optional(Type.String({ maxLength: 255, description: 'What the caller calls the job.' })),
    send_completion_email: Type.Optional(
      Type.Literal(false, { description: 'Only false: this version sends no such mail.' }),
    ),
  },
  { additionalProperties: false },
);
const ExportBody = Type.Object(
  {
    connection_id: Type.Optional(Type.String({ minLength: 1, description: 'Only users of this connection.' })),
    format: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('csv')], { description: 'Default `json`: one user a line.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Users at most.' })),
    fields: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 255 }),
            export_as: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 50 },
      ),
    ),
  },
  { additionalProperties: false },
);
/** Beside the file, the form has a few short fields. */
const FORM_ROOM = 64 * 1024;

/** The endpoints of jobs. */
export function createJobEndpoints({ stores, userJobs, audit }: Parts): Endpoint[] {
  async function getConnection(tenantId: TenantId, id: string) {
    const found = (await stores.connections.list(tenantId)).find((one) => one.id === id);
    if (!found || found.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
    return found;
  }

  async function getJob({ tenant, params }: Call): Promise<Job> {
    const job = await userJobs.find(tenant.id, params['id'] ?? '');
    if (!job) throw apiRefusals.missing('job');
    return job;
  }

  const recordAs = (call: Call, noun: string) => (sql: Sql, id: string) =>
    audit(sql, call.tenant, call.actor, [{ action: 'started', noun, name: id, members: [] }]);

  return [
    endpoint({
      method: 'POST',
      path: '/jobs/users-imports',
      tag: TAG,
      summary: 'Import users from a file',
      scopes: ['create:users'],
      body: ImportForm,
      mediaType: 'multipart/form-data',
      largestBody: MOST_FILE_BYTES + FORM_ROOM,
      status: 202,
      async handle(call) {
        const { fields, files } = await readMultipart(call.raw, ['users'], Object.keys(ImportForm.properties));
        const file = files.get('users');
        if (!file) throw apiRefusals.invalidBody("'Missing required property: users'.");
        if (fields.get('send_completion_email') === 'true')
          throw notInThisVersion('mail at the end of a job: leave send_completion_email out');
        const connection = await getConnection(call.tenant.id, fields.get('connection_id') ?? '');
        if (connection.strategy !== DATABASE_STRATEGY) {
          throw apiRefusals.badRequest('Users can be imported into database connections only', 'invalid_connection');
        }
        if (!databaseOptionsOf(connection.options).keepsPasswords) {
          const words =
            'The users of this connection are where its customScripts look for them: nobody can be imported';
          throw apiRefusals.badRequest(words, 'invalid_connection');
        }
        const job = await userJobs
          .createImport(
            call.tenant.id,
            {
              connection,
              file,
              upsert: truthOf(fields, 'upsert'),
              externalId: fields.get('external_id') ?? null,
              sendCompletionEmail: false,
            },
            recordAs(call, 'users import'),
          )
          .catch(refuse);
        return showJob(call, job);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/jobs/users-exports',
      tag: TAG,
      summary: 'Export users to a file; hashes are never in it',
      scopes: ['read:users'],
      body: ExportBody,
      example: {
        body: {
          format: 'csv',
          limit: 100,
          fields: [{ name: 'email' }, { name: 'user_metadata.plan', export_as: 'plan' }],
        },
      },
      status: 200,
      async handle(call) {
        const { body, tenant } = call;
        if (body.connection_id !== undefined) await getConnection(tenant.id, body.connection_id);
        const job = await userJobs
          .createExport(
            tenant.id,
            {
              connectionId: body.connection_id ?? null,
              format: body.format ?? 'json',
              limit: body.limit ?? null,
              fields: fieldsOf(body),
            },
            recordAs(call, 'users export'),
          )
          .catch(refuse);
        return showJob(call, job);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/jobs/{id}',
      tag: TAG,
      summary: 'Show how far a job is; of a finished export, where its file is',
      scopes: ['create:users', 'read:users', 'update:users'],
      params: ID,
      status: 200,
      handle: async (call) => showJob(call, await getJob(call)),
    }),
    endpoint({
      method: 'GET',
      path: '/jobs/{id}/errors',
      isEmptyPossible: true,
      tag: TAG,
      summary: 'List the records that a job could do nothing with; 204 when there are none',
      scopes: ['create:users', 'read:users', 'update:users'],
      params: ID,
      status: 200,
      async handle(call) {
        const { id } = await getJob(call);
        const errors = (await userJobs.listErrors(call.tenant.id, id)) ?? [];
        return errors.length === 0 ? NO_CONTENT : errors;
      },
    }),
  ];

  function showJob({ tenant, issuer }: Call, job: Job): object {
    const address = userJobs.addressOf(tenant.id, job);
    const { status, type, inserted, updated, failed } = job;
    return {
      type,
      status,
      id: job.id,
      created_at: new Date(job.createdAt).toISOString(),
      ...(job.connectionId === null ? {} : { connection_id: job.connectionId }),
      ...(job.externalId === null ? {} : { external_id: job.externalId }),
      ...(type === 'users_import' ? { upsert: importSettingsOf(job).upsert, send_completion_email: false } : {}),
      ...(type === 'users_export' ? { format: exportSettingsOf(job).format } : {}),
      ...(status === 'pending' ? {} : { percentage_done: percentageOf(job) }),
      ...(type === 'users_import' && (status === 'completed' || status === 'failed')
        ? { summary: { failed, updated, inserted, total: failed + updated + inserted } }
        : {}),
      ...(job.failure === null ? {} : { status_details: job.failure }),
      ...(address === null ? {} : { location: `${issuer}api/v2/exported-users/${address}` }),
    };
  }
}

function truthOf(fields: ReadonlyMap<string, string>, name: string): boolean {
  const text = fields.get(name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw apiRefusals.invalidBody(`'Allowed values: true, false' on property ${name}.`);
}

function fieldsOf({ fields }: Static<typeof ExportBody>) {
  return fields?.map(({ name, export_as: exportAs }) => ({ name, exportAs: exportAs ?? name })) ?? null;
}

function refuse(error: unknown): never {
  if (error instanceof TooManyJobs) {
    throw new ApiError(429, 'There are 2 active jobs of this type. Try again when one has ended.', {
      errorCode: 'too_many_jobs',
    });
  }
  if (error instanceof FileTooLarge) throw apiRefusals.bodyTooLarge();
  throw error;
}

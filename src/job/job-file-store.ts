// What belongs to a job beside its row: the file that it reads or has made, in pieces, and the records that it could do nothing
// with. Rows in, rows out.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { JobId } from './job.ts';

export type JobFileStore = ReturnType<typeof createJobFileStore>;

/** Bytes of one piece: a row of 64 KiB. */
export const PIECE_BYTES = 48 * 1024;
const ERRORS_AT_ONCE = 500;

/** A record and what is wrong with it, as Auth0 tells it; without secrets. */
export interface JobError {
  readonly user: Readonly<Record<string, unknown>>;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: string }[];
}

/** Reads and writes them. */
export function createJobFileStore(database: Sql) {
  return {
    /** Stores one piece, at most `PIECE_BYTES` long; one that is there already is replaced. */
    async savePiece(tenantId: TenantId, jobId: JobId, position: number, bytes: Buffer, sql: Sql): Promise<void> {
      const content = bytes.toString('base64');
      await sql
        .insertInto('job_data')
        .values({ tenant_id: tenantId, job_id: jobId, position, content })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'job_id', 'position']).doUpdateSet({ content }))
        .execute();
    },

    /** The pieces in their order, read one by one. */
    async *readPieces(tenantId: TenantId, jobId: JobId): AsyncGenerator<Buffer> {
      for (let position = 0; ; position += 1) {
        const row = await database
          .selectFrom('job_data')
          .select('content')
          .where('tenant_id', '=', tenantId)
          .where('job_id', '=', jobId)
          .where('position', '=', position)
          .executeTakeFirst();
        if (!row) return;
        yield Buffer.from(row.content, 'base64');
      }
    },

    /** Removes the file. */
    async deletePieces(tenantId: TenantId, jobId: JobId, sql: Sql): Promise<void> {
      await sql.deleteFrom('job_data').where('tenant_id', '=', tenantId).where('job_id', '=', jobId).execute();
    },

    /** Stores what is wrong with records, by their number. */
    async addErrors(
      tenantId: TenantId,
      jobId: JobId,
      errors: readonly { readonly position: number; readonly error: JobError }[],
      sql: Sql,
    ): Promise<void> {
      for (let from = 0; from < errors.length; from += ERRORS_AT_ONCE) {
        const rows = errors.slice(from, from + ERRORS_AT_ONCE).map(({ position, error }) => ({
          ...{ tenant_id: tenantId, job_id: jobId, position },
          entry: JSON.stringify(error),
        }));
        await sql.insertInto('job_errors').values(rows).execute();
      }
    },

    /** Errors in the order of the file, beginning after this position; null for the first page. */
    async listErrors(
      tenantId: TenantId,
      jobId: JobId,
      after: number | null,
      most: number,
    ): Promise<{ readonly position: number; readonly error: JobError }[]> {
      const rows = await database
        .selectFrom('job_errors')
        .select(['position', 'entry'])
        .where('tenant_id', '=', tenantId)
        .where('job_id', '=', jobId)
        .where('position', '>', after ?? -1)
        .orderBy('position')
        .limit(most)
        .execute();
      return rows.map(({ position, entry }) => ({ position, error: JSON.parse(entry) as JobError }));
    },
  };
}

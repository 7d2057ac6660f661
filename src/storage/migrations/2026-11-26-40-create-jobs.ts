// Work on many users that goes on after the request that asked for it: the jobs, the files that come and go with them, and
// what went wrong.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  const job = ['tenant_id', 'job_id'] as const;
  await sql.schema
    .createTable('jobs')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text')
    .addColumn('external_id', 'text')
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('source', 'text')
    .addColumn('bytes_total', 'bigint', (column) => column.notNull())
    .addColumn('bytes_done', 'bigint', (column) => column.notNull())
    .addColumn('records_done', 'bigint', (column) => column.notNull())
    .addColumn('inserted', 'bigint', (column) => column.notNull())
    .addColumn('updated', 'bigint', (column) => column.notNull())
    .addColumn('failed', 'bigint', (column) => column.notNull())
    .addColumn('failure', 'text')
    .addColumn('claimed_by', 'text')
    .addColumn('claimed_until', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addPrimaryKeyConstraint('jobs_key', ['tenant_id', 'id'])
    .execute();
  await sql.schema.createIndex('jobs_by_status').on('jobs').columns(['status', 'created_at']).execute();
  for (const [table, content] of [
    ['job_data', 'content'],
    ['job_errors', 'entry'],
  ] as const) {
    await sql.schema
      .createTable(table)
      .addColumn('tenant_id', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .addColumn(content, 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, [...job, 'position'])
      .addForeignKeyConstraint(`${table}_job`, [...job], 'jobs', ['tenant_id', 'id'], (key) => key.onDelete('cascade'))
      .execute();
  }
}

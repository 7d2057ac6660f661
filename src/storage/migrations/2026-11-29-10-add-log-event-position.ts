// Gives each log event a place in the order in which events were stored, which the times in their ids do not tell: of two
// writers the one with the later time may be done first. What follows the log reads it by this place.
import { type Kysely, sql as text } from 'kysely';
import { isSqlite } from '../migration-engine.ts';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await (isSqlite(sql) ? rebuild(sql) : extend(sql));
  await sql.schema
    .createIndex('log_events_by_tenant_position')
    .on('log_events')
    .columns(['tenant_id', 'position'])
    .execute();
}

/** SQLite numbers rows by a key that a table has from its start. */
async function rebuild(sql: Kysely<unknown>): Promise<void> {
  const COLUMNS = text.raw('tenant_id, log_id, date, type, client_id, user_id, request_id, event');
  await sql.schema
    .createTable('log_events_new')
    // A place is never given twice, not even when every event that had one was deleted: whoever stands behind it would miss it.
    .addColumn('position', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('log_id', 'text', (column) => column.notNull())
    .addColumn('date', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('request_id', 'text')
    .addColumn('event', 'text', (column) => column.notNull())
    .addUniqueConstraint('log_events_key', ['tenant_id', 'log_id'])
    .execute();
  await text`insert into log_events_new (${COLUMNS}) select ${COLUMNS} from log_events order by log_id`.execute(sql);
  await sql.schema.dropTable('log_events').execute();
  await sql.schema.alterTable('log_events_new').renameTo('log_events').execute();
  await text`create index log_events_by_user on log_events (tenant_id, user_id, log_id)
    where user_id is not null`.execute(sql);
  await text`create index log_events_by_request on log_events (tenant_id, request_id)
    where request_id is not null`.execute(sql);
}

async function extend(sql: Kysely<unknown>): Promise<void> {
  await text`create sequence log_event_positions`.execute(sql);
  // A transaction has its number before it takes a position: who waits for the transactions that had one, waits for all
  // positions below.
  await text`alter table log_events add column position bigint not null
    default (case when pg_current_xact_id() is not null then nextval('log_event_positions') end)`.execute(sql);
  await sql.schema.createIndex('log_events_by_position').unique().on('log_events').column('position').execute();
}

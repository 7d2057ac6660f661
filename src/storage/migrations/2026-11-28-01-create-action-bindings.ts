// The actions that are bound to a trigger, in their order.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('action_bindings')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('trigger_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('action_id', 'text', (column) => column.notNull())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('action_bindings_key', ['tenant_id', 'id'])
    .addUniqueConstraint('action_bindings_position', ['tenant_id', 'trigger_id', 'position'])
    .addUniqueConstraint('action_bindings_action', ['tenant_id', 'action_id', 'trigger_id'])
    .addForeignKeyConstraint(
      'action_bindings_action_row',
      ['tenant_id', 'action_id'],
      'actions',
      ['tenant_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}

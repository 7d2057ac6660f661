// Log streams: rows in, rows out. What is secret of a stream lies sealed in one value.
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { LogStreamsTable } from '../storage/schema-log.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { LogStream, StreamFormat, StreamStatus } from './log-stream.ts';

interface SealedParts {
  readonly authorization: string | null;
  readonly headers: readonly { readonly header: string; readonly value: string }[];
  readonly signingSecret: string;
}

export type LogStreamStore = ReturnType<typeof createLogStreamStore>;

/** Reads and writes them. */
export function createLogStreamStore(database: Sql, vault: Vault) {
  const placeOf = (tenantId: TenantId, id: string) => sealedPlace('log_streams', 'secrets_sealed', tenantId, id);

  function fromRow(row: LogStreamsTable): LogStream {
    const sealed = vault.open(row.secrets_sealed, placeOf(row.tenant_id as TenantId, row.id));
    const { authorization, headers, signingSecret } = JSON.parse(sealed) as SealedParts;
    return {
      id: row.id,
      name: row.name,
      status: row.status as StreamStatus,
      categories: JSON.parse(row.categories) as string[],
      startFrom: row.start_from,
      endpoint: row.endpoint,
      contentType: row.content_type,
      contentFormat: row.content_format as StreamFormat,
      authorization: authorization === null ? null : new Secret(authorization),
      headers: headers.map(({ header, value }) => ({ header, value: new Secret(value) })),
      signingSecret: new Secret(signingSecret),
      createdAt: row.created_at,
    };
  }

  return {
    /** The tenant's streams, oldest first. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<LogStream[]> {
      const rows = await sql
        .selectFrom('log_streams')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /** The stream of this id; null when the tenant has none such. */
    async findById(tenantId: TenantId, id: string, sql: Sql = database): Promise<LogStream | null> {
      const row = await sql
        .selectFrom('log_streams')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Keeps it, in place of what it was. */
    async save(tenantId: TenantId, stream: LogStream, sql: Sql): Promise<void> {
      const sealed: SealedParts = {
        authorization: stream.authorization && stream.authorization.reveal(),
        headers: stream.headers.map(({ header, value }) => ({ header, value: value.reveal() })),
        signingSecret: stream.signingSecret.reveal(),
      };
      const row = {
        name: stream.name,
        status: stream.status,
        categories: JSON.stringify(stream.categories),
        start_from: stream.startFrom,
        endpoint: stream.endpoint,
        content_type: stream.contentType,
        content_format: stream.contentFormat,
        secrets_sealed: vault.seal(JSON.stringify(sealed), placeOf(tenantId, stream.id)),
        created_at: stream.createdAt,
      };
      await sql
        .insertInto('log_streams')
        .values({ tenant_id: tenantId, id: stream.id, ...row })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row))
        .execute();
    },

    /** Has an active one wait for somebody to look at it. */
    async suspend(tenantId: TenantId, id: string): Promise<void> {
      await database
        .updateTable('log_streams')
        .set({ status: 'suspended' })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('status', '=', 'active')
        .execute();
    },

    /** Removes it; false when there was none. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const { numDeletedRows } = await sql
        .deleteFrom('log_streams')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}

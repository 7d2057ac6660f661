// Client grants: rows in, rows out.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { ClientGrantsTable } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ClientGrant } from './client-grant.ts';

export type ClientGrantStore = ReturnType<typeof createClientGrantStore>;

/** Reads and writes client grants. */
export function createClientGrantStore(database: Sql) {
  const one = prepare<
    { tenantId: string; clientId: string; audience: string; subjectType: string },
    Selectable<ClientGrantsTable>
  >(database, (sql) =>
    sql
      .selectFrom('client_grants')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('client_id', '=', param<string>('clientId'))
      .where('audience', '=', param<string>('audience'))
      .where('subject_type', '=', param<string>('subjectType')),
  );

  return {
    /** The client's grant on this API for this kind of subject; null when it has none. */
    async find(
      tenantId: TenantId,
      clientId: string,
      audience: string,
      subjectType: ClientGrant['subjectType'],
      sql: Sql = database,
    ): Promise<ClientGrant | null> {
      const row = await one.first({ tenantId, clientId, audience, subjectType }, sql);
      return row ? fromRow(row) : null;
    },

    /** The grant of this id; null when the tenant has none. */
    async findById(tenantId: TenantId, id: string, sql: Sql = database): Promise<ClientGrant | null> {
      const row = await sql
        .selectFrom('client_grants')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Removes the grant; false when there was none. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('client_grants')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** Every client grant of the tenant, by client and API. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<ClientGrant[]> {
      const rows = await sql
        .selectFrom('client_grants')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('client_id')
        .orderBy('audience')
        .orderBy('subject_type')
        .execute();
      return rows.map(fromRow);
    },

    /** Creates the grant or overwrites its scopes. */
    async save(tenantId: TenantId, grant: ClientGrant, now: number, sql: Sql): Promise<void> {
      const scope = JSON.stringify(grant.scope);
      await sql
        .insertInto('client_grants')
        .values({
          tenant_id: tenantId,
          id: grant.id,
          client_id: grant.clientId,
          audience: grant.audience,
          subject_type: grant.subjectType,
          scope,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ scope, updated_at: now }))
        .execute();
    },
  };
}

function fromRow(row: Selectable<ClientGrantsTable>): ClientGrant {
  return {
    id: row.id,
    clientId: row.client_id,
    audience: row.audience,
    subjectType: row.subject_type as ClientGrant['subjectType'],
    scope: JSON.parse(row.scope) as string[],
  };
}

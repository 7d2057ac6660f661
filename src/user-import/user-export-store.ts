// The users of a tenant page by page, as exports read them: rows in, rows out. Whoever calls it has a connection of its own, or
// is a command.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** An account of a connection with what it takes to log in. */
export interface ExportedAccount {
  readonly identityId: string;
  readonly userId: string;
  /** Null for an account without a password. */
  readonly passwordHash: string | null;
  /** True for an account that was linked to a user who is named after another one. */
  readonly isLinked: boolean;
}

export type UserExportStore = ReturnType<typeof createUserExportStore>;

/** Reads accounts. */
export function createUserExportStore(database: Sql) {
  return {
    /** Accounts of the connection in the order of their ids, beginning after this one; null for the first page. */
    async listAccounts(
      tenantId: TenantId,
      connectionId: string,
      after: string | null,
      most: number,
    ): Promise<ExportedAccount[]> {
      const rows = await database
        .selectFrom('identities')
        .leftJoin('credentials', (join) =>
          join
            .onRef('credentials.tenant_id', '=', 'identities.tenant_id')
            .onRef('credentials.connection_id', '=', 'identities.connection_id')
            .onRef('credentials.identity_id', '=', 'identities.identity_id'),
        )
        .select([
          'identities.identity_id',
          'identities.user_id',
          'identities.linked_profile',
          'credentials.password_hash',
        ])
        .where('identities.tenant_id', '=', tenantId)
        .where('identities.connection_id', '=', connectionId)
        .where('identities.identity_id', '>', after ?? '')
        .orderBy('identities.identity_id')
        .limit(most)
        .execute();
      return rows.map((row) => ({
        identityId: row.identity_id,
        userId: row.user_id,
        passwordHash: row.password_hash,
        isLinked: row.linked_profile !== null,
      }));
    },
  };
}

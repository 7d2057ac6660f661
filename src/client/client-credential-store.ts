// Client credentials: rows in, rows out. Public keys only, so nothing is sealed.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { ClientCredentialsTable } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { AssertionAlgorithm, ClientCredential } from './client-credential.ts';

export type ClientCredentialStore = ReturnType<typeof createClientCredentialStore>;

/** Reads and writes client credentials. */
export function createClientCredentialStore(database: Sql) {
  const ofClient = prepare<{ tenantId: string; clientId: string }, Selectable<ClientCredentialsTable>>(
    database,
    (sql) =>
      sql
        .selectFrom('client_credentials')
        .selectAll()
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('client_id', '=', param<string>('clientId'))
        .orderBy('position'),
  );

  return {
    /** The client's credentials in its own order, expired ones too. */
    async list(tenantId: TenantId, clientId: string, sql: Sql = database): Promise<ClientCredential[]> {
      return (await ofClient.all({ tenantId, clientId }, sql)).map(fromRow);
    },

    /** Gives the client exactly these. */
    async replace(
      tenantId: TenantId,
      clientId: string,
      credentials: readonly ClientCredential[],
      now: number,
      sql: Sql,
    ): Promise<void> {
      let others = sql
        .deleteFrom('client_credentials')
        .where('tenant_id', '=', tenantId)
        .where('client_id', '=', clientId);
      const ids = credentials.map((credential) => credential.id);
      if (ids.length > 0) others = others.where('id', 'not in', ids);
      await others.execute();
      for (const [position, credential] of credentials.entries()) {
        const row = {
          tenant_id: tenantId,
          client_id: clientId,
          id: credential.id,
          position,
          name: credential.name,
          kid: credential.kid,
          alg: credential.algorithm,
          public_key: credential.publicKey,
          expires_at: credential.expiresAt,
        };
        await sql
          .insertInto('client_credentials')
          .values({ ...row, created_at: now })
          .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id', 'id']).doUpdateSet(row))
          .execute();
      }
    },
  };
}

function fromRow(row: Selectable<ClientCredentialsTable>): ClientCredential {
  return {
    id: row.id,
    name: row.name,
    kid: row.kid,
    algorithm: row.alg as AssertionAlgorithm,
    publicKey: row.public_key,
    expiresAt: row.expires_at,
  };
}

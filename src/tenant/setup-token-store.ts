// One-time tokens by which a tenant gets its first administrator: rows in, rows out. The newest one counts.
import { createHash } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from './tenant.ts';

export type SetupTokenStore = ReturnType<typeof createSetupTokenStore>;

/** How long a token opens the door: whoever starts a server is there to use it. */
const SETUP_TOKEN_LIFETIME_MS = 3_600_000;

/** Reads and writes the tokens; of each only a digest is kept. */
export function createSetupTokenStore(database: Sql) {
  return {
    /** Lets this token, and no older one, make the tenant's first administrator. */
    async replace(tenantId: TenantId, token: Secret, now: number): Promise<void> {
      const row = { tenant_id: tenantId, token_digest: digestOf(token), expires_at: now + SETUP_TOKEN_LIFETIME_MS };
      await database
        .insertInto('setup_tokens')
        .values(row)
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
        .execute();
    },

    /** True for the one token that counts, until it is used. */
    async isValid(tenantId: TenantId, token: Secret, now: number): Promise<boolean> {
      const row = await database
        .selectFrom('setup_tokens')
        .select('expires_at')
        .where('tenant_id', '=', tenantId)
        .where('token_digest', '=', digestOf(token))
        .executeTakeFirst();
      return row !== undefined && now < row.expires_at;
    },

    /** Uses the token up; false when somebody else has. */
    async consume(tenantId: TenantId, token: Secret, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('setup_tokens')
        .where('tenant_id', '=', tenantId)
        .where('token_digest', '=', digestOf(token))
        .executeTakeFirst();
      return result.numDeletedRows === 1n;
    },
  };
}

/** The token is random enough that guessing at its digest is no easier than guessing at it. */
function digestOf(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('base64url');
}

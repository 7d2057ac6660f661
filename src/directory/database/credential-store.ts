// Password hashes and the names they are found by, and nothing else. Never cached.
import type { Sql } from '../../storage/database.ts';
import { param, prepare } from '../../storage/prepared.ts';
import type { TenantId } from '../../tenant/tenant.ts';

/** A password hash and the account it belongs to. */
export interface Credential {
  readonly identityId: string;
  readonly passwordHash: string;
}

/** Thrown when a name already belongs to another account of the connection. */
export class IdentifierTaken extends Error {
  override readonly name = 'IdentifierTaken';
}

export type CredentialStore = ReturnType<typeof createCredentialStore>;

/** Reads and writes credentials. */
export function createCredentialStore(database: Sql) {
  const byIdentifier = prepare<
    { tenantId: string; connectionId: string; identifier: string },
    { identity_id: string; password_hash: string }
  >(database, (sql) =>
    sql
      .with(
        (found) => found('found').materialized(),
        (within) =>
          within
            .selectFrom('login_identifiers')
            .select(['tenant_id', 'connection_id', 'identity_id'])
            .where('tenant_id', '=', param<string>('tenantId'))
            .where('connection_id', '=', param<string>('connectionId'))
            .where('identifier', '=', param<string>('identifier')),
      )
      .selectFrom('found')
      .innerJoin('credentials', (join) =>
        join
          .onRef('credentials.tenant_id', '=', 'found.tenant_id')
          .onRef('credentials.connection_id', '=', 'found.connection_id')
          .onRef('credentials.identity_id', '=', 'found.identity_id'),
      )
      .select(['credentials.identity_id', 'credentials.password_hash']),
  );

  async function findHash(
    tenantId: TenantId,
    connectionId: string,
    identityId: string,
    sql: Sql = database,
  ): Promise<string | null> {
    const row = await sql
      .selectFrom('credentials')
      .select('password_hash')
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId)
      .where('identity_id', '=', identityId)
      .executeTakeFirst();
    return row?.password_hash ?? null;
  }

  /** Puts the present hash behind the earlier ones of the account, of which so many are kept. */
  async function rememberHash(tenantId: TenantId, connectionId: string, identityId: string, kept: number, sql: Sql) {
    const account = { tenant_id: tenantId, connection_id: connectionId, identity_id: identityId };
    const last = await sql
      .selectFrom('password_history')
      .select((eb) => eb.fn.max('sequence').as('sequence'))
      .where((eb) => eb.and(account))
      .executeTakeFirst();
    const present = kept > 0 ? await findHash(tenantId, connectionId, identityId, sql) : null;
    const sequence = (last?.sequence ?? 0) + (present === null ? 0 : 1);
    if (present !== null) {
      await sql
        .insertInto('password_history')
        .values({ ...account, sequence, password_hash: present })
        .execute();
    }
    await sql
      .deleteFrom('password_history')
      .where((eb) => eb.and(account))
      .where('sequence', '<=', sequence - kept)
      .execute();
  }

  return {
    /** The credential found by a canonical identifier; null when nobody has that name. One query either way. */
    async findByIdentifier(tenantId: TenantId, connectionId: string, identifier: string): Promise<Credential | null> {
      const row = await byIdentifier.first({ tenantId, connectionId, identifier });
      return row ? { identityId: row.identity_id, passwordHash: row.password_hash } : null;
    },

    /** The stored hash of an account; null when it has none. */
    findHash,

    /** When the account's hash was stored, in milliseconds since 1970; null when it has none. */
    async findChangedAt(tenantId: TenantId, connectionId: string, identityId: string): Promise<number | null> {
      const row = await database
        .selectFrom('credentials')
        .select('updated_at')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', identityId)
        .executeTakeFirst();
      return row?.updated_at ?? null;
    },

    /** The account that goes by this canonical identifier; null when nobody does. */
    async findOwner(
      tenantId: TenantId,
      connectionId: string,
      identifier: string,
      sql: Sql = database,
    ): Promise<string | null> {
      const row = await sql
        .selectFrom('login_identifiers')
        .select('identity_id')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identifier', '=', identifier)
        .executeTakeFirst();
      return row?.identity_id ?? null;
    },

    /** The present hash of an account and those before it, the newest first, so many at the most. */
    async listLatestHashes(
      tenantId: TenantId,
      connectionId: string,
      identityId: string,
      most: number,
    ): Promise<readonly string[]> {
      const present = await findHash(tenantId, connectionId, identityId);
      const earlier = await database
        .selectFrom('password_history')
        .select('password_hash')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', identityId)
        .orderBy('sequence', 'desc')
        .limit(most)
        .execute();
      return [present, ...earlier.map((row) => row.password_hash)].filter((hash) => hash !== null).slice(0, most);
    },

    /** Which kinds of hash the connection holds or once held. */
    async listHashKinds(tenantId: TenantId, connectionId: string): Promise<string[]> {
      const rows = await database
        .selectFrom('hash_kinds')
        .select('kind')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .execute();
      return rows.map((row) => row.kind);
    },

    /** Stores the hash and notes its kind. Of those that the account had before, `kept` are remembered. */
    async saveHash(
      tenantId: TenantId,
      connectionId: string,
      { kept, ...credential }: Credential & { readonly kind: string; readonly kept: number },
      now: number,
      sql: Sql,
    ): Promise<void> {
      await rememberHash(tenantId, connectionId, credential.identityId, kept, sql);
      const value = { password_hash: credential.passwordHash, updated_at: now };
      await sql
        .insertInto('credentials')
        .values({ tenant_id: tenantId, connection_id: connectionId, identity_id: credential.identityId, ...value })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identity_id']).doUpdateSet(value))
        .execute();
      await sql
        .insertInto('hash_kinds')
        .values({ tenant_id: tenantId, connection_id: connectionId, kind: credential.kind })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'kind']).doNothing())
        .execute();
    },

    /**
     * Replaces a hash by one of the same password, unless it changed meanwhile. False when it had changed.
     */
    async replaceHash(
      tenantId: TenantId,
      connectionId: string,
      old: Credential,
      renewed: { readonly passwordHash: string; readonly kind: string },
      now: number,
      sql: Sql,
    ): Promise<boolean> {
      const result = await sql
        .updateTable('credentials')
        .set({ password_hash: renewed.passwordHash, updated_at: now })
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', old.identityId)
        .where('password_hash', '=', old.passwordHash)
        .executeTakeFirst();
      if (result.numUpdatedRows === 0n) return false;
      await sql
        .insertInto('hash_kinds')
        .values({ tenant_id: tenantId, connection_id: connectionId, kind: renewed.kind })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'kind']).doNothing())
        .execute();
      return true;
    },

    /** Gives the account exactly these canonical identifiers; throws `IdentifierTaken` when another account has one. */
    async replaceIdentifiers(
      tenantId: TenantId,
      connectionId: string,
      identityId: string,
      identifiers: readonly string[],
      sql: Sql,
    ): Promise<void> {
      await sql
        .deleteFrom('login_identifiers')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', identityId)
        .execute();
      for (const identifier of identifiers) {
        const result = await sql
          .insertInto('login_identifiers')
          .values({ tenant_id: tenantId, connection_id: connectionId, identifier, identity_id: identityId })
          .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identifier']).doNothing())
          .executeTakeFirst();
        if (result.numInsertedOrUpdatedRows !== 1n) throw new IdentifierTaken('The name belongs to another account.');
      }
    },
  };
}

// Signing keys: rows in, rows out. The private half lies sealed in its row.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { KeyCount } from '../metrics/metrics.ts';
import type { Sql } from '../storage/database.ts';
import type { SigningKeysTable } from '../storage/schema.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { KeyAlgorithm, KeyRecord, PublicJwk, SigningKey, SigningKeyStatus } from './key.ts';

export type KeyStore = ReturnType<typeof createKeyStore>;

const ORDER: readonly string[] = ['current', 'next', 'previous', 'revoked'];

/** Reads and writes signing keys. */
export function createKeyStore(database: Sql, vault: Vault) {
  async function rowsOf(tenantId: TenantId, sql: Sql): Promise<Selectable<SigningKeysTable>[]> {
    const rows = await sql
      .selectFrom('signing_keys')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .orderBy('published_at')
      .orderBy('kid')
      .execute();
    return rows.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  }

  return {
    /** Every key of the tenant that is not revoked: current ones, next ones, then previous ones. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<SigningKey[]> {
      const rows = await rowsOf(tenantId, sql);
      return rows.filter((row) => row.status !== 'revoked').map((row) => fromRow(row, vault));
    },

    /** Where every key of the tenant is in its life, revoked ones last. */
    async listRecords(tenantId: TenantId, sql: Sql = database): Promise<KeyRecord[]> {
      return (await rowsOf(tenantId, sql)).map(recordOf);
    },

    /** How many keys of all tenants there are, by algorithm and status. */
    async count(sql: Sql = database): Promise<KeyCount[]> {
      return sql
        .selectFrom('signing_keys')
        .select(({ fn }) => [
          'alg as algorithm',
          'status',
          fn.countAll<number>().as('count'),
          fn.min('current_since').as('oldestSince'),
        ])
        .groupBy(['alg', 'status'])
        .execute();
    },

    /** Adds a key; does nothing when another one is already current (or next) for its algorithm. */
    async insert(tenantId: TenantId, key: SigningKey, now: number, sql: Sql): Promise<void> {
      const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      await sql
        .insertInto('signing_keys')
        .values({
          tenant_id: tenantId,
          kid: key.kid,
          alg: key.algorithm,
          status: key.status,
          public_jwk: JSON.stringify(key.publicJwk),
          private_key_sealed: vault.seal(pem, sealedPlace('signing_keys', 'private_key_sealed', tenantId, key.kid)),
          created_at: now,
          published_at: key.publishedAt,
          current_since: key.currentSince,
          retired_at: key.retiredAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    /** Makes the next key the current one; false when it is not the next one any more. */
    async promote(tenantId: TenantId, kid: string, now: number, sql: Sql): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('signing_keys')
        .set({ status: 'current', current_since: now })
        .where('tenant_id', '=', tenantId)
        .where('kid', '=', kid)
        .where('status', '=', 'next')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Takes the key out of use; false when its status is not `from` any more. */
    async retire(
      tenantId: TenantId,
      kid: string,
      from: SigningKeyStatus,
      to: 'previous' | 'revoked',
      now: number,
      sql: Sql,
    ): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('signing_keys')
        .set({ status: to, retired_at: now })
        .where('tenant_id', '=', tenantId)
        .where('kid', '=', kid)
        .where('status', '=', from)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Deletes the keys that were retired at this instant or before. */
    async deleteRetired(tenantId: TenantId, until: number, sql: Sql): Promise<void> {
      await sql
        .deleteFrom('signing_keys')
        .where('tenant_id', '=', tenantId)
        .where('status', 'in', ['previous', 'revoked'])
        .where('retired_at', '<=', until)
        .execute();
    },
  };
}

function recordOf(row: Selectable<SigningKeysTable>): KeyRecord {
  return {
    kid: row.kid,
    algorithm: row.alg as KeyAlgorithm,
    publicJwk: JSON.parse(row.public_jwk) as PublicJwk,
    status: row.status as SigningKeyStatus,
    publishedAt: row.published_at,
    currentSince: row.current_since,
    retiredAt: row.retired_at,
  };
}

function fromRow(row: Selectable<SigningKeysTable>, vault: Vault): SigningKey {
  const record = recordOf(row);
  const place = sealedPlace('signing_keys', 'private_key_sealed', row.tenant_id, row.kid);
  return {
    ...record,
    publicKey: createPublicKey({ key: { ...record.publicJwk }, format: 'jwk' }),
    privateKey: createPrivateKey(vault.open(row.private_key_sealed, place)),
  };
}

// Signing keys: rows in, rows out. The private half lies sealed in its row.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { SigningKeysTable } from '../storage/schema.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { PublicJwk, SigningKey, SigningKeyStatus } from './key.ts';

export type KeyStore = ReturnType<typeof createKeyStore>;

/** Reads and writes signing keys. */
export function createKeyStore(database: Sql, vault: Vault) {
  return {
    /** Every key of the tenant that is not revoked: current, next, then previous ones. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<SigningKey[]> {
      const rows = await sql
        .selectFrom('signing_keys')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('status', '!=', 'revoked')
        .orderBy('created_at')
        .execute();
      const order: readonly string[] = ['current', 'next', 'previous'];
      return rows
        .map((row) => fromRow(row, vault))
        .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
    },

    /** Adds a key. */
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
          private_key_sealed: vault.seal(pem, keyPlace(tenantId, key.kid)),
          created_at: now,
        })
        .execute();
    },
  };
}

function keyPlace(tenantId: string, kid: string): string {
  return `signing_keys.private_key ${tenantId} ${kid}`;
}

function fromRow(row: Selectable<SigningKeysTable>, vault: Vault): SigningKey {
  const publicJwk = JSON.parse(row.public_jwk) as PublicJwk;
  return {
    kid: row.kid,
    algorithm: 'RS256',
    status: row.status as SigningKeyStatus,
    publicJwk,
    publicKey: createPublicKey({ key: { kty: publicJwk.kty, n: publicJwk.n, e: publicJwk.e }, format: 'jwk' }),
    privateKey: createPrivateKey(vault.open(row.private_key_sealed, keyPlace(row.tenant_id, row.kid))),
  };
}

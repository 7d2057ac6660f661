// The master key: how it is written down, and how a wrong one is noticed before it can do harm.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Sql } from './database.ts';

/** The 32 bytes of a key written in base64, URL-safe base64 or hex; throws a plain error for anything else. */
export function parseMasterKey(text: string): Buffer {
  const written = text.trim();
  const bytes = /^[0-9a-fA-F]{64}$/.test(written) ? Buffer.from(written, 'hex') : Buffer.from(written, 'base64');
  if (bytes.length !== 32) {
    throw new Error('The master key must be 32 random bytes in base64 or hex. Make one with: openssl rand -base64 32');
  }
  return bytes;
}

/** A new key, in base64. */
export function createMasterKey(): string {
  return randomBytes(32).toString('base64');
}

/**
 * Compares the key with the check value that the database keeps, and keeps one when there is none yet. Throws a plain error
 * when the database was written under another key.
 */
export async function checkMasterKey(sql: Sql, masterKey: Buffer): Promise<void> {
  const value = createHmac('sha256', masterKey).update('gatehouse/master-key-check').digest();
  await sql
    .insertInto('master_key')
    .values({ id: 1, check_value: value.toString('hex') })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const row = await sql.selectFrom('master_key').select('check_value').where('id', '=', 1).executeTakeFirstOrThrow();
  if (!timingSafeEqual(Buffer.from(row.check_value, 'hex'), value)) {
    throw new Error(
      'This database was written under another master key. Set GATEHOUSE_MASTER_KEY or GATEHOUSE_MASTER_KEY_FILE to the key it was made with.',
    );
  }
}

// The master keys: how one is written down, and how a wrong or missing one is noticed before it can do harm.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { lockConfiguration } from './configuration-version.ts';
import type { Database, Sql } from './database.ts';
import { masterKeyId } from './vault.ts';

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
 * Compares the keys with those that the database says are in use, and notes the newest one as such. Throws a plain error when
 * one that is in use is not among them.
 */
export async function checkMasterKey(
  database: Database,
  newest: Buffer,
  previous: readonly Buffer[] = [],
): Promise<void> {
  const given = [newest, ...previous];
  const inUse = await readKeysInUse(database.sql);
  if (inUse.some((row) => row.keyId === masterKeyId(newest))) return requireAll(inUse, given);
  await database.transaction(async (sql) => {
    await lockConfiguration(sql);
    await nameFirstKey(sql, given);
    requireAll(await readKeysInUse(sql), given);
    await sql
      .insertInto('master_keys')
      .values(rowOf(newest))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** Throws a plain error when a key that is in use is not among the given ones. Writes nothing. */
export async function requireMasterKeys(sql: Sql, given: readonly Buffer[]): Promise<void> {
  requireAll(await readKeysInUse(sql), given);
}

interface KeyInUse {
  readonly keyId: string;
  readonly checkValue: string;
}

async function readKeysInUse(sql: Sql): Promise<KeyInUse[]> {
  const rows = await sql.selectFrom('master_keys').selectAll().execute();
  return rows.map((row) => ({ keyId: row.key_id, checkValue: row.check_value }));
}

/** The first versions kept the check value of their one key without its name. */
async function nameFirstKey(sql: Sql, given: readonly Buffer[]): Promise<void> {
  const row = await sql.selectFrom('master_key').select('check_value').where('id', '=', 1).executeTakeFirst();
  if (!row) return;
  const key = given.find((one) => isValueOf(one, row.check_value));
  if (!key) throw wrongKey();
  await sql
    .insertInto('master_keys')
    .values(rowOf(key))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await sql.deleteFrom('master_key').execute();
}

function requireAll(inUse: readonly KeyInUse[], given: readonly Buffer[]): void {
  const missing = inUse.filter(({ checkValue }) => !given.some((key) => isValueOf(key, checkValue)));
  if (missing.length === 0) return;
  if (missing.length === inUse.length) throw wrongKey();
  const ids = missing.map(({ keyId }) => keyId).join(', ');
  throw new Error(
    `This database still holds values under another master key (${ids}). Add it to GATEHOUSE_PREVIOUS_MASTER_KEYS, and let \`gatehouse master-key rotate\` finish.`,
  );
}

function wrongKey(): Error {
  return new Error(
    'This database was written under another master key. Set GATEHOUSE_MASTER_KEY or GATEHOUSE_MASTER_KEY_FILE to the key it was made with.',
  );
}

function rowOf(key: Buffer) {
  return { key_id: masterKeyId(key), check_value: checkValueOf(key).toString('hex') };
}

function isValueOf(key: Buffer, checkValue: string): boolean {
  const expected = checkValueOf(key);
  const kept = Buffer.from(checkValue, 'hex');
  return kept.length === expected.length && timingSafeEqual(kept, expected);
}

function checkValueOf(key: Buffer): Buffer {
  return createHmac('sha256', key).update('gatehouse/master-key-check').digest();
}

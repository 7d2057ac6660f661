// Moves everything sealed to the newest master key, in small steps beside a running server. Called by the command line. It
// looks for what is still sealed under another key, so a run that was cut short is finished by the next one.
import { sql as raw } from 'kysely';
import { lockConfiguration } from './configuration-version.ts';
import type { Database, Sql } from './database.ts';
import { placeOfValue, SEALED_COLUMNS, type SealedColumn } from './sealed-column.ts';
import { sealPrefix, type Vault } from './vault.ts';

/** How far a rotation is. */
export interface ResealProgress {
  readonly resealed: number;
  /** How many values there were to seal again when it began. */
  readonly total: number;
}

/** What a finished rotation did. */
export interface ResealReport {
  readonly resealed: number;
  /** The ids of the master keys that are in use no more. */
  readonly retiredKeys: readonly string[];
}

interface Options {
  readonly batchSize?: number;
  readonly onProgress?: (progress: ResealProgress) => void;
}

const DEFAULT_BATCH_SIZE = 100;

/**
 * Seals every value under the vault's newest master key, then notes that the others are in use no more. Throws, and leaves
 * them in use, when a value opens under none of the vault's keys.
 */
export async function rotateMasterKey(database: Database, vault: Vault, options: Options = {}): Promise<ResealReport> {
  const { batchSize = DEFAULT_BATCH_SIZE, onProgress = () => {} } = options;
  const total = await countOlder(database.sql, vault);
  let resealed = 0;
  for (;;) {
    for (const column of SEALED_COLUMNS) {
      for (;;) {
        const rows = await readOlder(database.sql, vault, column, batchSize);
        if (rows.length === 0) break;
        resealed += await reseal(database, vault, column, rows);
        onProgress({ resealed, total: Math.max(total, resealed) });
      }
    }
    const retiredKeys = await retireOthers(database, vault);
    if (retiredKeys) return { resealed, retiredKeys };
  }
}

type Row = Readonly<Record<string, string>>;

/** Rows whose value is sealed under another key than the newest one. */
async function readOlder(sql: Sql, vault: Vault, { table, column, key }: SealedColumn, limit: number): Promise<Row[]> {
  const columns = raw.join([...key, column].map((name) => raw.ref(name)));
  const query = raw<Row>`select ${columns} from ${raw.table(table)} where ${isOlder(vault, column)} limit ${limit}`;
  return (await query.execute(sql)).rows;
}

async function countOlder(sql: Sql, vault: Vault): Promise<number> {
  let count = 0;
  for (const { table, column } of SEALED_COLUMNS) {
    const query = raw<{ n: number }>`select count(*) as n from ${raw.table(table)} where ${isOlder(vault, column)}`;
    count += Number((await query.execute(sql)).rows[0]?.n ?? 0);
  }
  return count;
}

function isOlder(vault: Vault, column: string) {
  const prefix = sealPrefix(vault.keyId);
  // A null value is not sealed at all, and no comparison with it is true.
  return raw<boolean>`substr(${raw.ref(column)}, 1, ${raw.lit(prefix.length)}) <> ${prefix}`;
}

async function reseal(
  database: Database,
  vault: Vault,
  { table, column, key }: SealedColumn,
  rows: readonly Row[],
): Promise<number> {
  const sealed = rows.map((row) => {
    const names = key.map((name) => row[name] ?? '');
    const place = placeOfValue(table, column, names);
    const old = row[column] ?? '';
    try {
      return { names, old, fresh: vault.seal(vault.open(old, place), place) };
    } catch (error) {
      throw new Error(`The value of ${place} opens under none of the master keys.`, { cause: error });
    }
  });
  return database.transaction(async (sql) => {
    let done = 0;
    for (const { names, old, fresh } of sealed) {
      const isRow = raw.join(
        key.map((name, index) => raw`${raw.ref(name)} = ${names[index]}`),
        raw` and `,
      );
      // A value that somebody changed meanwhile is looked at again.
      const update = raw`update ${raw.table(table)} set ${raw.ref(column)} = ${fresh} where ${isRow} and ${raw.ref(column)} = ${old}`;
      done += Number((await update.execute(sql)).numAffectedRows ?? 0);
    }
    return done;
  });
}

/** Null when something was sealed under another key meanwhile. */
async function retireOthers(database: Database, vault: Vault): Promise<string[] | null> {
  return database.transaction(async (sql) => {
    await lockConfiguration(sql);
    if ((await countOlder(sql, vault)) > 0) return null;
    const others = await sql
      .selectFrom('master_keys')
      .select('key_id')
      .where('key_id', '!=', vault.keyId)
      .orderBy('key_id')
      .execute();
    await sql.deleteFrom('master_keys').where('key_id', '!=', vault.keyId).execute();
    return others.map((row) => row.key_id);
  });
}

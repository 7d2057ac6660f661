// Looks whether a database or a backup is whole: its pages, its foreign keys, everything sealed in it, and a key to sign
// with for every tenant.
import { createKeyStore } from '../key/key-store.ts';
import { type Database, openDatabase, sqlitePathOf } from '../storage/database.ts';
import { readSchemaState } from '../storage/migrate.ts';
import { placeOfValue, SEALED_COLUMNS } from '../storage/sealed-column.ts';
import { findSqliteDamage } from '../storage/sqlite-backup.ts';
import { listTables, type TableShape } from '../storage/table-list.ts';
import { digestTable, keyOf, type Row, readPage } from '../storage/table-walk.ts';
import type { Vault } from '../storage/vault.ts';
import { createTenantStore } from '../tenant/tenant-store.ts';

/** What one look found. */
export interface Check {
  readonly name: string;
  /** Null where it could not be looked at. */
  readonly passed: boolean | null;
  /** What was found, and what to do about it. */
  readonly words: string;
}

const PAGE = 250;
const MOST_NAMED = 5;

/** Every check in order; without a vault what is sealed is not opened. */
export async function verifyDatabase(url: string, vault: Vault | null): Promise<Check[]> {
  const path = sqlitePathOf(url);
  const checks: Check[] = [];
  if (path !== null) {
    const damage = findSqliteDamage(path);
    checks.push(
      damage.length === 0
        ? { name: 'file', passed: true, words: 'every page is sound, and every foreign key leads somewhere' }
        : { name: 'file', passed: false, words: `${some(damage)}; restore a backup with \`gatehouse restore FILE\`` },
    );
    if (damage.length > 0) return checks;
  }
  const database = await openDatabase(url, { readOnly: true, mustExist: true });
  try {
    const schema = await checkSchema(database);
    checks.push(schema);
    if (schema.passed !== true) return checks;
    const tables = await listTables();
    checks.push(await checkRows(database, tables));
    checks.push(await checkSealed(database, tables, vault));
    checks.push(await checkKeys(database, vault));
    return checks;
  } finally {
    await database.close();
  }
}

async function checkSchema(database: Database): Promise<Check> {
  const { missing, unknown } = await readSchemaState(database);
  const name = 'schema';
  if (unknown.length > 0)
    return { name, passed: false, words: 'a newer version of Gatehouse wrote it: verify with that' };
  if (missing.length > 0) {
    return { name, passed: false, words: 'an older version wrote it: run `gatehouse migrate`, or restore it, first' };
  }
  return { name, passed: true, words: 'of this version' };
}

async function checkRows(database: Database, tables: readonly TableShape[]): Promise<Check> {
  return database.snapshot(async (sql) => {
    let rows = 0;
    for (const table of tables) rows += (await digestTable(sql, table, PAGE)).rows;
    return { name: 'rows', passed: true, words: `all ${rows} rows of ${tables.length} tables can be read` };
  });
}

async function checkSealed(database: Database, tables: readonly TableShape[], vault: Vault | null): Promise<Check> {
  const name = 'sealed values';
  if (!vault) return { name, passed: null, words: 'not looked at: there is no master key to open them with' };
  const broken: string[] = [];
  let total = 0;
  for (const { table: tableName, column, key } of SEALED_COLUMNS) {
    const table = tables.find((one) => one.name === tableName);
    if (!table) throw new Error(`There is no table ${tableName}.`);
    for await (const row of rowsOf(database, table)) {
      const sealed = row[column];
      if (typeof sealed !== 'string') continue;
      total += 1;
      const place = placeOfValue(
        tableName,
        column,
        key.map((one) => String(row[one])),
      );
      if (!opens(vault, sealed, place)) broken.push(place);
    }
  }
  return broken.length === 0
    ? { name, passed: true, words: `all ${total} open` }
    : { name, passed: false, words: `${broken.length} of ${total} do not open: ${some(broken)}` };
}

async function* rowsOf(database: Database, table: TableShape): AsyncGenerator<Row> {
  for (let after: readonly unknown[] | null = null; ; ) {
    const page: Row[] = await readPage(database.sql, table, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = keyOf(table, last);
  }
}

function opens(vault: Vault, sealed: string, place: string): boolean {
  try {
    vault.open(sealed, place);
    return true;
  } catch {
    // Why it does not open is the same for a wrong key and for a changed value.
    return false;
  }
}

async function checkKeys(database: Database, vault: Vault | null): Promise<Check> {
  const name = 'signing keys';
  if (!vault) return { name, passed: null, words: 'not looked at: there is no master key' };
  const keys = createKeyStore(database.sql, vault);
  const tenants = await createTenantStore(database.sql).list();
  const without: string[] = [];
  for (const tenant of tenants) {
    const records = await keys.listRecords(tenant.id);
    if (!records.some((record) => record.status === 'current')) without.push(tenant.name);
  }
  return without.length === 0
    ? { name, passed: true, words: `each of ${tenants.length} tenants has a current one` }
    : { name, passed: false, words: `these tenants have no current one: ${some(without)}` };
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

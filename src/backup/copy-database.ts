// Copies a whole database into another one, of the same engine or the other. It can be interrupted anywhere and run again;
// at the end both sides are compared row by row.
import { createHash } from 'node:crypto';
import { type CopyMark, findCopyMark, moveCopyMark, removeCopyMark, startCopyMark } from '../storage/copy-mark.ts';
import type { Database, Sql } from '../storage/database.ts';
import { continueLogPositions } from '../storage/log-position.ts';
import { migrateToNewest, readSchemaState } from '../storage/migrate.ts';
import { listTables, type TableShape } from '../storage/table-list.ts';
import {
  countRows,
  digestTable,
  emptyTable,
  hasRows,
  insertRows,
  keyOf,
  type Row,
  readPage,
} from '../storage/table-walk.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';

/** How far a copy is. */
export interface CopyProgress {
  readonly table: string;
  readonly phase: 'copying' | 'comparing';
  readonly rows: number;
  readonly total: number;
}

export interface CopyReport {
  /** Rows by table, in the order in which they were written. */
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  /** True when the target held all of it before. */
  readonly wasComplete: boolean;
  /** True when an interrupted copy was continued. */
  readonly continued: boolean;
}

// SQLite takes 32,766 parameters in a statement; the widest table has some thirty columns.
const PAGE = 250;

// Made by the migrations: the one row it has must make way for the source's.
const COUNTER = 'configuration_version';

/**
 * Copies the source as it stands at one instant. Throws `UnusableDatabase` when the source has another schema version, when
 * the target holds something else, or when both sides differ at the end.
 */
export async function copyDatabase(
  from: Database,
  to: Database,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<CopyReport> {
  await requireThisSchema(from);
  await migrateToNewest(to);
  const tables = await listTables();
  return from.snapshot(async (source) => {
    const origin = await originOf(source, tables);
    const mark = await findCopyMark(to);
    if (mark === null && (await holdsAnything(to.sql, tables))) return compareOnly(source, to, tables, onProgress);
    if (mark !== null && mark.origin !== origin) {
      throw new UnusableDatabase('The target holds an unfinished copy of another database. Empty it, and copy again.');
    }
    if (mark === null) await startCopyMark(to, origin);
    for (const table of tables) await copyTable(source, to, table, mark, onProgress);
    await continueLogPositions(to);
    const different = await findDifferences(source, to, tables, onProgress);
    if (different.length > 0) {
      throw new UnusableDatabase(
        `The copy differs from its source in ${different.join(', ')}: the source changed between two runs. Empty the target, stop the server on the source, and copy again.`,
      );
    }
    await removeCopyMark(to);
    return { tables: await countAll(source, tables), wasComplete: false, continued: mark !== null };
  });
}

/** Throws for a source that this version did not write. */
async function requireThisSchema(from: Database): Promise<void> {
  const { missing, unknown, isEmpty } = await readSchemaState(from);
  if (isEmpty) throw new UnusableDatabase('The source is empty.');
  if (unknown.length > 0) {
    throw new UnusableDatabase('The source was written by a newer version of Gatehouse. Copy it with that version.');
  }
  if (missing.length > 0) {
    throw new UnusableDatabase(
      'The source was written by an older version of Gatehouse. Bring it up to date first: gatehouse migrate --database-url URL',
    );
  }
}

/** What tells this source from others for as long as nobody empties it: its master keys and its first tenant. */
async function originOf(source: Sql, tables: readonly TableShape[]): Promise<string> {
  const hash = createHash('sha256');
  for (const table of tables.filter(({ name }) => name === 'master_keys' || name === 'tenants')) {
    const [row] = await readPage(source, table, null, 1);
    hash.update(JSON.stringify([table.name, row?.['check_value'], row?.['id'], row?.['created_at']]));
  }
  return hash.digest('hex');
}

async function holdsAnything(target: Sql, tables: readonly TableShape[]): Promise<boolean> {
  for (const table of tables) if (table.name !== COUNTER && (await hasRows(target, table))) return true;
  return false;
}

async function copyTable(
  source: Sql,
  to: Database,
  table: TableShape,
  mark: CopyMark | null,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const total = await countRows(source, table);
  let after = mark?.lastKeys.get(table.name) ?? null;
  let rows = after === null ? 0 : await countRows(to.sql, table);
  for (;;) {
    const page: Row[] = await readPage(source, table, after, PAGE);
    const last = page.at(-1);
    if (!last) break;
    const lastKey = keyOf(table, last);
    await to.transaction(async (sql) => {
      if (table.name === COUNTER) await emptyTable(sql, table);
      await insertRows(sql, table, page);
      await moveCopyMark(sql, table.name, lastKey);
    });
    after = lastKey;
    rows += page.length;
    onProgress({ table: table.name, phase: 'copying', rows, total });
  }
}

/** A target that is full already may hold just this, from a copy that was complete. */
async function compareOnly(
  source: Sql,
  to: Database,
  tables: readonly TableShape[],
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyReport> {
  const different = await findDifferences(source, to, tables, onProgress);
  if (different.length > 0) {
    throw new UnusableDatabase(
      `The target is not empty, and differs from the source in ${different.join(', ')}. Name an empty database.`,
    );
  }
  return { tables: await countAll(source, tables), wasComplete: true, continued: false };
}

async function findDifferences(
  source: Sql,
  to: Database,
  tables: readonly TableShape[],
  onProgress: (progress: CopyProgress) => void,
): Promise<string[]> {
  return to.snapshot(async (target) => {
    const different: string[] = [];
    for (const table of tables) {
      const wanted = await digestTable(source, table, PAGE);
      onProgress({ table: table.name, phase: 'comparing', rows: wanted.rows, total: wanted.rows });
      const found = await digestTable(target, table, PAGE);
      if (wanted.rows !== found.rows || wanted.sum !== found.sum) different.push(table.name);
    }
    return different;
  });
}

async function countAll(source: Sql, tables: readonly TableShape[]): Promise<CopyReport['tables']> {
  const counted: { name: string; rows: number }[] = [];
  for (const { name, ...shape } of tables) counted.push({ name, rows: await countRows(source, { name, ...shape }) });
  return counted;
}

// The import itself: reads users from a file of any size and writes them in short transactions, between which others get
// their turn. Every transaction also notes how far it is, so an import that is cut short goes on where it was.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobCounts } from '../job/job.ts';
import type { JobError } from '../job/job-file-store.ts';
import type { Clock } from '../lib/clock.ts';
import { createRisingIds } from '../lib/id.ts';
import type { Database, Sql } from '../storage/database.ts';
import { isUniqueViolation } from '../storage/storage-outage.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { checkRecord } from './check-record.ts';
import { type BatchPlan, type ImportRules, planBatch, type ReadRecord, writeBatch } from './import-batch.ts';
import { type RecordOrder, readRecords } from './record-reader.ts';
import { createUserImportStore } from './user-import-store.ts';

/** What is to be imported, and how. */
export interface ImportOrder extends Omit<ImportRules, 'nextId'> {
  readonly tenantId: TenantId;
  /** True for a connection whose users have user names. */
  readonly requiresUsername: boolean;
  /** True finds out what would happen and writes nothing; it keeps every name of the file in memory. */
  readonly isDryRun: boolean;
  /** Null deals with records as they stand in the file. An import that goes on must be given the order it began with. */
  readonly order: RecordOrder | null;
}

/** Where an import notes how far it is. */
export interface ImportLedger {
  /** What an earlier run of the same import did. */
  readonly begun: JobCounts;
  /**
   * Notes the counts and the new errors, in the transaction that writes the users. Throws when the import is no longer this
   * process's.
   */
  note(
    counts: JobCounts,
    errors: readonly { readonly position: number; readonly error: JobError }[],
    sql: Sql,
  ): Promise<void>;
}

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
}

/** Nothing done yet. */
export const NO_COUNTS: JobCounts = { bytesDone: 0, recordsDone: 0, inserted: 0, updated: 0, failed: 0 };

/** How long a transaction keeps SQLite's one place to write from others, about. */
const TARGET_MS = 15;
const LEAST_RECORDS = 64;
const MOST_RECORDS = 1024;
const MOST_TRIES = 4;

/**
 * Imports the file; resolves to what was done in all, earlier runs included. Throws `ImportFileError` when the file is no
 * list of users: what came before that place may be imported already, and is noted then.
 */
export async function importUsers(
  { database, clock }: Parts,
  order: ImportOrder,
  file: AsyncIterable<Buffer>,
  ledger: ImportLedger,
  onProgress: (counts: JobCounts) => void = () => {},
  signal?: AbortSignal,
): Promise<JobCounts> {
  const { tenantId, connection, isDryRun } = order;
  const store = createUserImportStore({ tenantId, connectionId: connection.id, provider: connection.strategy });
  const rules = { ...order, nextId: createRisingIds(clock.now()) };
  const knownKinds = new Set<string>();
  const seenInDryRun = new Set<string>();
  let counts = ledger.begun;
  let batch: ReadRecord[] = [];
  let batchSize = LEAST_RECORDS;
  let passed = 0;
  let bytesDone = 0;

  async function write(records: readonly ReadRecord[], sql: Sql): Promise<{ plan: BatchPlan; done: JobCounts }> {
    const plan = await planBatch(store, rules, records, isDryRun ? seenInDryRun : new Set(), sql);
    const done: JobCounts = {
      bytesDone,
      recordsDone: counts.recordsDone + records.length,
      inserted: counts.inserted + plan.inserts.length,
      updated: counts.updated + plan.changes.length,
      failed: counts.failed + plan.errors.length,
    };
    if (!isDryRun) await writeBatch(store, plan, knownKinds, order.now, sql);
    await ledger.note(done, plan.errors, sql);
    return { plan, done };
  }

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    // SQLite answers at once: without this nobody would hear a signal before a whole piece of the file is done.
    await nextTurn();
    signal?.throwIfAborted();
    let startedAt = clock.monotonic();
    const { plan, done } = isDryRun
      ? await write(batch, database.sql)
      : await inTransaction(database, (sql) => {
          // Waiting for one's turn is no time that others wait.
          startedAt = clock.monotonic();
          return write(batch, sql);
        });
    batchSize = nextSize(batch.length, clock.monotonic() - startedAt);
    for (const kind of plan.kinds) knownKinds.add(kind);
    counts = done;
    batch = [];
    onProgress(counts);
  }

  for await (const records of readRecords(file, order.order)) {
    for (const { position, bytes } of records) {
      bytesDone += bytes.length + 1;
      // An earlier run has dealt with these.
      if (passed >= ledger.begun.recordsDone) {
        batch.push({ position, checked: checkRecord(bytes, order.requiresUsername) });
      }
      passed += 1;
      if (batch.length >= batchSize) await flush();
    }
  }
  await flush();
  return counts;
}

/** As many records as take the time that a transaction may take, in small steps. */
function nextSize(records: number, tookMs: number): number {
  const wanted = (records * TARGET_MS) / Math.max(tookMs, 0.1);
  return Math.round(Math.min(MOST_RECORDS, Math.max(LEAST_RECORDS, Math.min(wanted, records * 2))));
}

/** On PostgreSQL somebody may sign up between the question whether a name is free and its being taken: then it is asked again. */
async function inTransaction<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (tries === MOST_TRIES || !isUniqueViolation(error)) throw error;
    }
  }
}

// A backup: one SQLite file with everything as it stood at one instant, whichever engine it comes from. The master key is
// not in it, so nothing secret can be read from it alone.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, openDatabase, sqlitePathOf } from '../storage/database.ts';
import { foldSqliteJournal, writeSqliteCopy } from '../storage/sqlite-backup.ts';
import { lockPathOf } from '../storage/sqlite-lock.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';
import { type CopyProgress, copyDatabase } from './copy-database.ts';

/** Writes the backup; the file appears when it is complete. Throws `UnusableDatabase` when there is one of that name. */
export async function backupDatabase(
  url: string,
  file: string,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<void> {
  if (existsSync(file))
    throw new UnusableDatabase(`${file} exists already. Name a new file: backups are never overwritten.`);
  if (!existsSync(dirname(file))) throw new UnusableDatabase(`There is no folder ${dirname(file)}.`);
  const unfinished = `${file}.unfinished-${process.pid}`;
  const source = await openDatabase(url, { mustExist: true });
  try {
    const path = sqlitePathOf(url);
    if (path === null) await copyInto(source, unfinished, onProgress);
    else writeSqliteCopy(path, unfinished);
    flush(unfinished);
    renameSync(unfinished, file);
    flush(dirname(file));
  } finally {
    await source.close();
    for (const ending of ['', '-wal', '-shm']) rmSync(`${unfinished}${ending}`, { force: true });
    rmSync(lockPathOf(unfinished), { force: true });
  }
}

async function copyInto(source: Database, path: string, onProgress: (progress: CopyProgress) => void): Promise<void> {
  const target = await openDatabase(`sqlite:${path}`);
  try {
    await copyDatabase(source, target, onProgress);
  } finally {
    await target.close();
  }
  foldSqliteJournal(path);
}

/** What a name points to is on the disk when this returns; also the names in a folder. */
export function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

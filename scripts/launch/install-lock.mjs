// Keeps two launchers of one checkout from installing at the same time: a folder in node_modules that only one can
// create, holding the owner's process id. A lock whose owner is gone is taken over.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const SILENT_MS = 30_000;

/** Runs `work` while holding the checkout's install lock; waits for another holder as long as that one is alive. */
export async function withInstallLock(root, work) {
  const folder = join(root, 'node_modules');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, '.gatehouse-lock');
  await acquire(folder, lock);
  // A process id alone proves little: it may have been given to another process, or belong to another container.
  const heartbeat = setInterval(() => touch(lock), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    remove(folder, lock);
  }
}

async function acquire(folder, lock) {
  let announced = false;
  while (!tryCreate(folder, lock)) {
    const owner = readOwner(lock);
    if (isGone(owner, lock)) {
      takeOver(folder, lock, owner);
      continue;
    }
    if (!announced)
      process.stderr.write('gatehouse: waiting for another start of this checkout to finish installing\n');
    announced = true;
    await sleep(100);
  }
}

/** A folder that already holds the owner's id is renamed into place: nobody ever sees a lock without an owner. */
function tryCreate(folder, lock) {
  if (existsSync(lock)) return false;
  const prepared = mkdtempSync(join(folder, '.gatehouse-lock-'));
  writeFileSync(join(prepared, 'pid'), String(process.pid));
  try {
    renameSync(prepared, lock);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Renaming lets one of several waiters win. Should the lock have changed hands since it was judged, it goes back. */
function takeOver(folder, lock, owner) {
  const taken = `${mkdtempSync(join(folder, '.gatehouse-lock-'))}/stale`;
  try {
    renameSync(lock, taken);
    if (readOwner(taken) !== owner) renameSync(taken, lock);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
  } finally {
    rmSync(join(taken, '..'), { recursive: true, force: true });
  }
}

function isGone(owner, lock) {
  try {
    if (owner !== null) process.kill(owner, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return true;
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > SILENT_MS;
  } catch {
    return false;
  }
}

function readOwner(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8'));
  } catch {
    return null;
  }
}

function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // The folder is gone when somebody emptied node_modules by hand; the installation will fail by itself then.
  }
}

function remove(folder, lock) {
  // Only our own lock: it may have been taken over while this process was stopped.
  if (readOwner(lock) === process.pid) takeOver(folder, lock, process.pid);
}

// What every command stands on: the configuration, the open database at its newest schema, the vault, the log.
import { mkdirSync } from 'node:fs';
import type { BreachedFile } from '../attack-protection/breached-file.ts';
import { upgradeDatabase } from '../backup/upgrade-database.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { readVersion } from '../config/version.ts';
import type { Ground } from '../ground.ts';
import { systemClock } from '../lib/clock.ts';
import { createLineWriter } from '../lib/line-writer.ts';
import { createLogger } from '../lib/logger.ts';
import type { ReadableMetrics } from '../metrics/metrics.ts';
import { findCopyMark } from '../storage/copy-mark.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { checkMasterKey, parseMasterKey } from '../storage/master-key.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';
import { createVault } from '../storage/vault.ts';
import { readDevKey } from './dev-folder.ts';

const STANDARD_OUTPUT = 1;

/** Opens everything; throws a plain error when the key is missing or wrong. A server has a SQLite file for itself. */
export async function openGround(configuration: Configuration, forServer = false): Promise<Ground> {
  const { newest, previous } = getMasterKeys(configuration);
  const breachedFile = forServer ? await openBreachedList(configuration) : null;
  mkdirSync(configuration.dataDir, { recursive: true, mode: 0o700 });
  const output = createLineWriter(STANDARD_OUTPUT);
  if (forServer) process.on('exit', () => output.flush());
  const logger = createLogger(configuration.log.level, { write: (line) => output.offer(line) });
  const metrics = forServer && configuration.metrics ? await createMetrics() : null;
  const database = await openDatabase(configuration.databaseUrl, {
    poolSize: configuration.databasePoolSize,
    forServer,
    ...(metrics ? { onQuery: (milliseconds) => metrics.storage('query', milliseconds / 1000) } : {}),
  });
  try {
    const { ran, kept } = await upgradeDatabase(database, configuration.databaseUrl);
    // Other commands print their result, and nothing besides.
    if (forServer && kept !== null) logger.info({ migrations: ran.length, kept }, 'the database was upgraded');
    await refuseHalfCopied(database);
    await checkMasterKey(database, newest, previous);
  } catch (error) {
    await database.close();
    throw error;
  }
  metrics?.watch({ droppedLines: () => output.dropped });
  return {
    configuration,
    database,
    vault: createVault(newest, previous),
    clock: systemClock,
    logger,
    output,
    ...(metrics ? { metrics } : {}),
    ...(breachedFile ? { breachedFile } : {}),
  };
}

/** The list of breached passwords that the configuration names; null for none. Throws a plain error for one that cannot be used. */
async function openBreachedList({ breachedPasswords: { file } }: Configuration): Promise<BreachedFile | null> {
  if (file === null) return null;
  const { openBreachedFile, UnusableBreachedFile } = await import('../attack-protection/breached-file.ts');
  try {
    return await openBreachedFile(file);
  } catch (error) {
    throw error instanceof UnusableBreachedFile ? new ConfigurationError(error.message, { cause: error }) : error;
  }
}

async function createMetrics(): Promise<ReadableMetrics> {
  const { createPrometheusMetrics } = await import('../metrics/prometheus-metrics.ts');
  return createPrometheusMetrics(readVersion(), systemClock);
}

async function refuseHalfCopied(database: Database): Promise<void> {
  if (!(await findCopyMark(database))) return;
  throw new UnusableDatabase(
    'The database is the target of a copy that was interrupted. Run `gatehouse copy` again with the same addresses.',
  );
}

/** Runs the work on an open ground, and closes it whatever happens. */
export async function withGround<T>(configuration: Configuration, work: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = await openGround(configuration);
  try {
    return await work(ground);
  } finally {
    await ground.database.close();
  }
}

/** The keys of the configuration, the newest first; null when there are none. */
export function findMasterKeys(configuration: Configuration): MasterKeys | null {
  const { masterKey, previousMasterKeys, dataDir } = configuration;
  if (!masterKey && readDevKey(dataDir) === null) return null;
  return {
    newest: readMasterKey(configuration),
    previous: previousMasterKeys.map((key) => parseMasterKey(key.reveal())),
  };
}

/** The same; throws a plain error when there are none. */
export function getMasterKeys(configuration: Configuration): MasterKeys {
  return findMasterKeys(configuration) ?? { newest: readMasterKey(configuration), previous: [] };
}

interface MasterKeys {
  readonly newest: Buffer;
  readonly previous: readonly Buffer[];
}

function readMasterKey({ masterKey, dataDir }: Configuration): Buffer {
  if (masterKey) return parseMasterKey(masterKey.reveal());
  // The other commands work on what `dev` made; only `serve` refuses it.
  const devKey = readDevKey(dataDir);
  if (devKey !== null) return parseMasterKey(devKey);
  throw new ConfigurationError(
    'There is no master key. Make one with `openssl rand -base64 32`, keep it outside the database and its backups, and name its file in GATEHOUSE_MASTER_KEY_FILE.',
  );
}

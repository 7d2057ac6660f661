// What every command stands on: the configuration, the open database at its newest schema, the vault, the log.
import { mkdirSync } from 'node:fs';
import type { Ground } from '../app.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger } from '../lib/logger.ts';
import { openDatabase } from '../storage/database.ts';
import { checkMasterKey, parseMasterKey } from '../storage/master-key.ts';
import { migrateToNewest } from '../storage/migrate.ts';
import { createVault } from '../storage/vault.ts';
import { readDevKey } from './dev-folder.ts';

/** Opens everything; throws a plain error when the key is missing or wrong. */
export async function openGround(configuration: Configuration): Promise<Ground> {
  const masterKey = readMasterKey(configuration);
  mkdirSync(configuration.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase(configuration.databaseUrl, { poolSize: configuration.databasePoolSize });
  try {
    await migrateToNewest(database);
    await checkMasterKey(database.sql, masterKey);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    configuration,
    database,
    vault: createVault(masterKey),
    clock: systemClock,
    logger: createLogger(configuration.log.level),
  };
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

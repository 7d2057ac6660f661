// `gatehouse verify [FILE]`: is the database, or a backup, whole?
import { existsSync } from 'node:fs';
import { verifyDatabase } from '../backup/verify-database.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { sqlitePathOf } from '../storage/database.ts';
import { createVault } from '../storage/vault.ts';
import { type Invocation, show } from './command.ts';
import { describeChecks } from './describe-checks.ts';
import { findMasterKeys } from './ground.ts';

/** Prints one line for each check; 1 when one fails. */
export async function verify(invocation: Invocation): Promise<number> {
  const { configuration, args } = invocation;
  const [file] = args;
  const keys = findMasterKeys(configuration);
  const url = file === undefined ? configuration.databaseUrl : `sqlite:${file}`;
  const path = sqlitePathOf(url);
  if (path !== null && !existsSync(path)) throw new ConfigurationError(`There is no file ${path}.`);
  const checks = await verifyDatabase(url, keys && createVault(keys.newest, keys.previous));
  show(invocation, { checks }, describeChecks(checks));
  return checks.some((check) => check.passed === false) ? 1 : 0;
}

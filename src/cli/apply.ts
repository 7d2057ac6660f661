// `gatehouse apply FILE`: brings a tenant to what the file says.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createHasher, createStores, type Ground } from '../app.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { type ApplyReport, applyTenantFile } from '../declaration/apply.ts';
import { readTenantFile, type TenantFile } from '../declaration/tenant-file.ts';
import type { DefaultDomains } from '../declaration/workspace.ts';
import { openGround } from './ground.ts';

/** Opens the database, applies the file and prints what changed. */
export async function apply(configuration: Configuration, path: string): Promise<void> {
  const file = openTenantFile(path);
  const ground = await openGround(configuration);
  try {
    printReport(await applyTo(ground, file, null));
  } finally {
    await ground.database.close();
  }
}

/** Reads the file; throws a plain error when it is not there or says what cannot be done. */
export function openTenantFile(path: string): TenantFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read. Name an existing YAML file.`, { cause: error });
  }
  return readTenantFile(basename(path), text, process.env);
}

/** Applies the file to an open database. */
export async function applyTo(
  ground: Ground,
  file: TenantFile,
  defaultDomains: DefaultDomains | null,
): Promise<ApplyReport> {
  const { database, clock } = ground;
  return applyTenantFile(
    { database, clock, defaultDomains, stores: createStores(ground), hasher: createHasher(ground) },
    file,
  );
}

/** Prints what changed, warnings, and the secrets that were made: they are shown this once. */
export function printReport({ changes, warnings, madeSecrets }: ApplyReport): void {
  for (const { action, noun, name } of changes) console.log(`${action.padEnd(9)} ${noun} ${name}`);
  for (const { owner, secret } of madeSecrets) console.log(`secret of ${owner}: ${secret.reveal()}`);
  for (const warning of warnings) console.warn(`warning: ${warning}`);
}

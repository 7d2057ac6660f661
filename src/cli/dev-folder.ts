// The data folder of `gatehouse dev`: marked, so that `serve` never runs on a quick-start tenant and its known password.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../config/load-config.ts';
import { createMasterKey } from '../storage/master-key.ts';

const MARK = 'made-by-gatehouse-dev';
const KEY = 'master.key';

/** Makes and marks the folder, with a master key of its own when it has none. Refuses a folder that `serve` works in. */
export function prepareDevFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isDevFolder(folder) && existsSync(join(folder, 'gatehouse.db'))) {
    throw new ConfigurationError(
      `${folder} holds a database that \`dev\` did not make. Name another folder with --data-dir.`,
    );
  }
  writeFileSync(join(folder, MARK), 'This folder belongs to `gatehouse dev`; `gatehouse serve` refuses it.\n', {
    mode: 0o600,
  });
  const key = join(folder, KEY);
  if (!existsSync(key)) writeFileSync(key, `${createMasterKey()}\n`, { mode: 0o600, flag: 'wx' });
}

/** True for a folder that `dev` made. */
export function isDevFolder(folder: string): boolean {
  return existsSync(join(folder, MARK));
}

/** The text of the key that `dev` made; null when it made none here. */
export function readDevKey(folder: string): string | null {
  const key = join(folder, KEY);
  return isDevFolder(folder) && existsSync(key) ? readFileSync(key, 'utf8') : null;
}

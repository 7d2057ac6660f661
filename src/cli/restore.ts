// `gatehouse restore FILE`: brings a backup back.
import { mkdirSync } from 'node:fs';
import { restoreDatabase } from '../backup/restore-database.ts';
import { systemClock } from '../lib/clock.ts';
import { type Invocation, show } from './command.ts';
import { getMasterKeys } from './ground.ts';
import { createProgress } from './progress.ts';

/** Restores, and says where the former database is kept. */
export async function restore(invocation: Invocation): Promise<void> {
  const { configuration, args, flags, terminal } = invocation;
  const [file = ''] = args;
  const { newest, previous } = getMasterKeys(configuration);
  mkdirSync(configuration.dataDir, { recursive: true, mode: 0o700 });
  const { kept } = await restoreDatabase({
    file,
    url: configuration.databaseUrl,
    folder: configuration.dataDir,
    masterKey: newest,
    previousMasterKeys: previous,
    force: flags['force'] === true,
    now: systemClock.now(),
    onProgress: createProgress(terminal),
  });
  terminal.overwrite('');
  show(invocation, { restored: file, kept }, [
    `restored ${file}`,
    ...(kept === null ? [] : [`The former database is kept as ${kept}; remove it when nobody misses anything.`]),
  ]);
}

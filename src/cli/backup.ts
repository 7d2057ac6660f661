// `gatehouse backup FILE`: everything as it stands now, in one file.
import { statSync } from 'node:fs';
import { backupDatabase } from '../backup/backup-database.ts';
import { type Invocation, show } from './command.ts';
import { createProgress } from './progress.ts';

/** Writes the backup and says how large it is. */
export async function backup(invocation: Invocation): Promise<void> {
  const { configuration, args, terminal } = invocation;
  const [file = ''] = args;
  await backupDatabase(configuration.databaseUrl, file, createProgress(terminal));
  terminal.overwrite('');
  const { size } = statSync(file);
  show(invocation, { file, bytes: size }, [
    `wrote ${file} (${size} bytes)`,
    'It opens with the master key only: keep that elsewhere. Look at it with `gatehouse verify FILE`.',
  ]);
}

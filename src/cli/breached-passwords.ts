// `gatehouse breached-passwords build LIST` and `check`: makes the list in which servers look passwords up, and looks one up.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { digestOfPassword } from '../attack-protection/breach-check.ts';
import { openBreachedFile, UnusableBreachedFile } from '../attack-protection/breached-file.ts';
import { buildBreachedFile } from '../attack-protection/breached-file-builder.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { Secret } from '../lib/secret.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { createBar } from './progress.ts';

const CHUNK_BYTES = 1024 * 1024;
const DEFAULT_NAME = 'breached-passwords.bin';

/** Makes the list. */
export async function buildList(invocation: Invocation): Promise<void> {
  const { terminal, args } = invocation;
  const list = args[0] ?? '';
  const out = textFlag(invocation, 'out') ?? DEFAULT_NAME;
  const { size } = await stat(list).catch((error: unknown) => {
    throw new ConfigurationError(`The file ${list} cannot be read. Name a list of SHA-1 hashes.`, { cause: error });
  });
  const showBar = createBar(terminal);
  let read = 0;
  const digests = await plainly(() =>
    buildBreachedFile(createReadStream(list, { highWaterMark: CHUNK_BYTES }), out, (bytes) => {
      read += bytes;
      showBar(size === 0 ? 1 : Math.min(1, read / size), 'of the list');
    }),
  );
  terminal.overwrite('');
  const { size: bytes } = await stat(out);
  show(invocation, { file: out, digests, bytes }, [
    `${out}: ${digests} breached passwords in ${bytes} bytes.`,
    'Name it in breached_passwords_file and start the servers again.',
  ]);
}

/** Looks a password up that somebody types unseen; 1 when it is in the list. */
export async function checkPassword(invocation: Invocation): Promise<number> {
  const { terminal, configuration } = invocation;
  const path = textFlag(invocation, 'list') ?? configuration.breachedPasswords.file;
  if (path === null) throw new ConfigurationError('Name a list with --list, or in breached_passwords_file.');
  const file = await plainly(() => openBreachedFile(path));
  try {
    // Security: never an argument, which every user of the machine can see.
    const password = new Secret(await terminal.askSecret('Password: '));
    const isBreached = await plainly(() => file.has(digestOfPassword(password)));
    const words = isBreached ? 'It is in the list of breached passwords.' : 'It is not in the list.';
    show(invocation, { breached: isBreached }, [words]);
    return isBreached ? 1 : 0;
  } finally {
    await file.close();
  }
}

/** A list that cannot be used is the operator’s to mend. */
async function plainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UnusableBreachedFile ? new ConfigurationError(error.message, { cause: error }) : error;
  }
}

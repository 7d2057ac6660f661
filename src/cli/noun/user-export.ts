// `gatehouse user export`: the users of a database connection in the form in which `gatehouse user import` reads them.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ConfigurationError } from '../../config/load-config.ts';
import { hashMembersOf } from '../../directory/database/imported-hash/custom-hash.ts';
import { wireOfUser } from '../../user/user-wire.ts';
import { type ExportFormat, writeEntries } from '../../user-import/export-format.ts';
import { ImportRecord } from '../../user-import/import-record.ts';
import { listAccounts } from '../../user-import/list-users.ts';
import { createUserExportStore } from '../../user-import/user-export-store.ts';
import { type Invocation, textFlag } from '../command.ts';
import { getDatabase } from './database-choice.ts';
import { withTenant } from './verbs.ts';

const FORMATS: readonly ExportFormat[] = ['json', 'ndjson', 'csv'];
const HASH_MEMBERS: readonly string[] = ['password_hash', 'custom_password_hash'];

/** Writes every user of the connection to the file of `--output`, or prints them. */
export async function exportUsersFile(invocation: Invocation): Promise<void> {
  const { terminal, flags } = invocation;
  const withHashes = flags['withHashes'] === true;
  const format = formatOf(invocation);
  await withTenant(invocation, async (work) => {
    const { ground, stores, tenant } = work;
    const connection = await getDatabase(work, invocation);
    const accounts = createUserExportStore(ground.database.sql);
    let written = 0;
    let leftOut = 0;

    async function* pages() {
      for await (const page of listAccounts({ users: stores.users, accounts }, tenant.id, connection.id)) {
        // The profile of such an account is another one's.
        const own = page.filter(({ isLinked }) => !isLinked);
        written += own.length;
        leftOut += page.length - own.length;
        yield own.map(({ identityId, passwordHash, stored }) =>
          wireOfUser(stored.user, identityId, withHashes && passwordHash !== null ? hashMembersOf(passwordHash) : {}),
        );
      }
    }

    const columns = Object.keys(ImportRecord.properties).filter((name) => withHashes || !HASH_MEMBERS.includes(name));
    const text = writeEntries(pages(), format, columns);
    const output = textFlag(invocation, 'output');
    if (output === null) for await (const part of text) terminal.print(part.replace(/\n$/, ''));
    else await pipeline(text, createWriteStream(output, { mode: 0o600 }));
    terminal.note(`${written} users${output === null ? '' : ` in ${output}`}`);
    if (leftOut > 0) terminal.note(`${leftOut} accounts are left out: they are linked to users who have another one.`);
  });
}

function formatOf(invocation: Invocation): ExportFormat {
  const wanted = textFlag(invocation, 'format') ?? 'json';
  const format = FORMATS.find((one) => one === wanted);
  if (format) return format;
  throw new ConfigurationError(`--format is one of ${FORMATS.join(', ')}.`);
}

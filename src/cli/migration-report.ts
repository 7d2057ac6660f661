// `gatehouse migration report`: how far the users of another server have moved in, and who of its export has not.
import { closeSync, openSync, writeSync } from 'node:fs';
import { ConfigurationError } from '../config/load-config.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import type { MoveCounts } from '../user/user-move-store.ts';
import { findMissingUsers, type MissingCounts, type MissingUser } from '../user-import/missing-users.ts';
import { ImportFileError } from '../user-import/record-splitter.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { getDatabase, listDatabases } from './noun/database-choice.ts';
import type { NounWork } from './noun/noun.ts';
import { withTenant } from './noun/verbs.ts';
import { printable } from './printable.ts';
import { alignedTable } from './table.ts';

/** How far the users of one connection have moved in. */
export interface ConnectionReport extends MoveCounts {
  readonly name: string;
  /** True when users still move in there at their logins. */
  readonly importsUsers: boolean;
}

const MOST_SHOWN = 10;

/** Prints the report. */
export async function reportMigration(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const connections = await reportConnections(work, invocation);
    const file = textFlag(invocation, 'upstreamUsers');
    const compared = file === null ? null : await compare(work, invocation, file);
    const json = {
      connections: connections.map(jsonOf),
      ...(compared === null ? {} : { upstream_users: compared.counts }),
    };
    show(invocation, json, [...linesOf(connections), ...(compared === null ? [] : ['', ...compared.lines])]);
  });
}

/** The counts of every database, or of that of `--connection`. */
export async function reportConnections(
  work: Pick<NounWork, 'stores' | 'tenant'>,
  invocation: Pick<Invocation, 'flags'>,
): Promise<ConnectionReport[]> {
  const reports: ConnectionReport[] = [];
  for (const { id, name, options } of await listDatabases(work, invocation)) {
    const { importsUsers } = databaseOptionsOf(options);
    reports.push({ name, importsUsers, ...(await work.stores.userMoves.count(work.tenant.id, id)) });
  }
  return reports;
}

/** The report in words. */
export function linesOf(reports: readonly ConnectionReport[]): string[] {
  const heads = [
    'connection',
    'users',
    'moved in',
    'first',
    'last',
    'came otherwise, never logged in',
    'without password',
  ];
  const rows = reports.map((one) => [
    printable(one.name),
    String(one.accounts),
    String(one.moved),
    dayOf(one.firstMovedAt),
    dayOf(one.lastMovedAt),
    String(one.neverLoggedIn),
    String(one.withoutPassword),
  ]);
  const open = reports.filter(({ importsUsers }) => importsUsers).map(({ name }) => printable(name));
  return [
    ...alignedTable(heads, rows),
    ...(open.length === 0 ? [] : [`Users still move in at their logins: ${open.join(', ')}.`]),
  ];
}

function jsonOf({ name, importsUsers, ...counts }: ConnectionReport): object {
  const time = (value: number | null) => (value === null ? null : new Date(value).toISOString());
  return {
    name,
    import_mode: importsUsers,
    users: counts.accounts,
    moved_at_login: counts.moved,
    first_moved_at: time(counts.firstMovedAt),
    last_moved_at: time(counts.lastMovedAt),
    never_logged_in: counts.neverLoggedIn,
    without_password: counts.withoutPassword,
  };
}

function dayOf(time: number | null): string {
  return time === null ? '-' : new Date(time).toISOString().slice(0, 10);
}

/** Holds the file of the other server against the connection. */
async function compare(work: NounWork, invocation: Invocation, path: string) {
  const { id: connectionId, name } = await getDatabase(work, invocation);
  const output = textFlag(invocation, 'missing');
  const first: MissingUser[] = [];
  const file = output === null ? null : openSync(output, 'w', 0o600);
  try {
    const counts = await findMissingUsers({
      ...{ userMoves: work.stores.userMoves, tenantId: work.tenant.id, connectionId, path },
      onMissing(user) {
        if (file !== null) writeSync(file, `${JSON.stringify({ user_id: user.userId, email: user.email })}\n`);
        else if (first.length < MOST_SHOWN) first.push(user);
      },
    });
    return { counts, lines: linesOfMissing(counts, first, { path, name, output }) };
  } catch (error) {
    throw plainly(error, path);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function linesOfMissing(
  { total, here, missing, others }: MissingCounts,
  first: readonly MissingUser[],
  { path, name, output }: { readonly path: string; readonly name: string; readonly output: string | null },
): string[] {
  return [
    `Of ${total} users in ${path} ${here} are in ${name}, ${missing} are not, and ${others} are of other connections.`,
    ...first.map(({ userId, email }) => printable(`not here: ${userId}${email === null ? '' : `  ${email}`}`)),
    ...(output === null && missing > first.length ? ['See all of them with --missing FILE.'] : []),
    ...(output !== null && missing > 0 ? [`Those who are not here stand in ${output}.`] : []),
  ];
}

function plainly(error: unknown, path: string): unknown {
  if (error instanceof ImportFileError) return new ConfigurationError(`${path}: ${error.message}`, { cause: error });
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ENOENT') return error;
  return new ConfigurationError(`The file ${path} cannot be read. Name an existing file of users.`, { cause: error });
}

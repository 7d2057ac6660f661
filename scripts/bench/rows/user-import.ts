// An import of many users into a SQLite file beside a server: how fast it is, whether its memory grows, and what logins notice
// of it.
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '../../../src/storage/database.ts';
import { type Installation, serve, startCommand } from '../installation.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Figure, Row } from '../report.ts';
import { residentMegabytes } from '../resident-memory.ts';
import { sendExpecting200 } from '../send.ts';
import { percentile } from '../statistics.ts';
import { DATABASE, emailOf, loginRequest } from '../tenant.ts';
import { provideUserFile } from '../user-file.ts';
import type { Workbench } from '../workbench.ts';

const FEW: InstallationPlan = { name: 'import', users: 100, kept: false };
const USERS = 1_000_000;
const QUICK_USERS = 50_000;
/** Somebody logs in ten times a second: enough to be noticed, and no more than a tenth of what the machine can hash. */
const LOGIN_EVERY_MS = 100;
const QUIET_LOGINS = 100;
const LOOK_EVERY_MS = 100;
const MARKS = [0.25, 0.5, 1] as const;
const TITLE = 'An import of users beside logins';

/** Measures logins alone, then logins beside the import. */
export async function measureUserImport(workbench: Workbench): Promise<Row[]> {
  const { engines, folder, plan, progress } = workbench;
  if (!engines.includes('sqlite')) return [{ title: TITLE, figures: [], leftOut: 'it is measured on SQLite' }];
  const users = plan.quick ? QUICK_USERS : USERS;
  progress.step(`making a file of ${users} users`);
  const path = await provideUserFile(folder, users);
  const installation = await workbench.provide('sqlite', FEW);
  const server = await serve(installation);
  try {
    progress.step('logins alone');
    let logins = 0;
    const alone = await logIn(server.port, () => (logins += 1) <= QUIET_LOGINS);

    progress.step(`importing ${users} users`);
    const startedAt = performance.now();
    const command = startCommand(installation, ['user', 'import', path, '--connection', DATABASE]);
    let isRunning = true;
    const ended = command.finish().finally(() => {
      isRunning = false;
    });
    const memory = watchMemory(installation, command.pid, users, () => isRunning);
    const beside = await logIn(server.port, () => isRunning);
    await ended;
    const seconds = (performance.now() - startedAt) / 1000;
    return [{ title: TITLE, figures: figuresOf(users / seconds, await memory, alone, beside) }];
  } finally {
    await server.stop();
  }
}

/** Milliseconds of each login, one after the other at a steady pace, for as long as that is wanted. */
async function logIn(port: number, isWanted: () => boolean): Promise<number[]> {
  const times: number[] = [];
  for (let user = 0; isWanted(); user += 1) {
    const { ms } = await sendExpecting200(port, loginRequest(emailOf((user % FEW.users) + 1)));
    times.push(ms);
    await setTimeout(Math.max(0, LOGIN_EVERY_MS - ms));
  }
  return times;
}

/** The resident memory of the process at each mark of the file, in megabytes; as it was last, for a mark that was missed. */
async function watchMemory(
  { databaseUrl }: Installation,
  pid: number,
  users: number,
  isRunning: () => boolean,
): Promise<number[]> {
  const database = await openDatabase(databaseUrl, { readOnly: true });
  const found: number[] = [];
  let last = Number.NaN;
  try {
    while (isRunning() && found.length < MARKS.length) {
      const row = await database.sql.selectFrom('jobs').select('records_done').executeTakeFirst();
      const done = (row?.records_done ?? 0) / users;
      try {
        last = residentMegabytes(pid);
      } catch {
        // It has just ended.
        break;
      }
      while (found.length < MARKS.length && done >= (MARKS[found.length] ?? 1) - 0.01) found.push(last);
      await setTimeout(LOOK_EVERY_MS);
    }
  } finally {
    await database.close();
  }
  while (found.length < MARKS.length) found.push(last);
  return found;
}

function figuresOf(
  rate: number,
  memory: readonly number[],
  alone: readonly number[],
  beside: readonly number[],
): Figure[] {
  const figure = (name: string, unit: Figure['unit'], value: number, bar?: Figure['bar']): Figure => ({
    ...{ name, unit, values: { sqlite: value } },
    ...(bar ? { bar } : {}),
  });
  return [
    figure('users', '/s', rate, { atLeast: 20_000 }),
    ...MARKS.map((mark, at) =>
      figure(`memory of the import at ${mark * 100} % of the file`, 'MB', memory[at] ?? Number.NaN),
    ),
    figure('a login without it', 'ms', percentile(alone, 0.5)),
    figure('a login without it, 99 of 100 within', 'ms', percentile(alone, 0.99)),
    figure('a login beside it', 'ms', percentile(beside, 0.5)),
    figure('a login beside it, 99 of 100 within', 'ms', percentile(beside, 0.99)),
  ];
}

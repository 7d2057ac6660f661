// The path of docs/operations.md, pasted block by block into one shell: two nodes on a real PostgreSQL behind a real nginx,
// up to the restored backup. The machine is one of folders and free ports.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { ROOT, start } from '../support/running-program.ts';

const skip = needs('postgresql', 'nginx', 'curl', 'systemd-analyze');
const [path = ''] = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split('## Nodes on machines of their own');
const blocks = [...path.matchAll(/^```sh( system)?\n(.*?)^```$/gms)].map(([, system, text = '']) => ({
  text,
  isOfSystem: system !== undefined,
}));
/** Ends the output of a block. */
const DONE = 'block is done: ';
/** The names of the first block that are other ones here; the rest is pasted as it is. */
const RENAMED = [
  ...['PROGRAM', 'ETC', 'STATE', 'BACKUPS', 'UNITS', 'SITES', 'HELPERS'],
  ...['FIRST', 'SECOND', 'FIRST_METRICS', 'SECOND_METRICS', 'REHEARSAL_PORT', 'PSQL', 'DATABASE', 'DATABASE_AT'],
];

let folder: string;
let database: PostgresqlDatabase;
before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-operations-'));
  // A unit of the page runs as nobody, and has its script in there.
  chmodSync(folder, 0o711);
  // Gives the address of the server and a name that nobody else has; the page makes a database of its own.
  database = await createPostgresqlDatabase();
});
after(async () => {
  if (skip !== false) return;
  const { host, name } = placeOf(database.url);
  await database.drop();
  const dropping = `drop database if exists ${name}_page with (force); drop role if exists ${name}_page`;
  await start('psql', ['-q', `postgres://postgres@localhost/postgres?host=${host}`], { input: dropping }).ended;
  rmSync(folder, { recursive: true, force: true });
});

function placeOf(url: string): { host: string; name: string } {
  const { searchParams, pathname } = new URL(url);
  return { host: encodeURIComponent(searchParams.get('host') ?? ''), name: pathname.slice(1) };
}

/** The values of the renamed variables, and those that only the stand-in of systemctl reads. */
async function makeMachine(): Promise<Record<string, string>> {
  const folders: Record<string, string> = Object.fromEntries(
    ['ETC', 'STATE', 'BACKUPS', 'UNITS', 'SITES', 'HELPERS', 'RUN', 'BIN'].map((name) => [name, join(folder, name)]),
  );
  for (const name of ['UNITS', 'SITES', 'HELPERS', 'RUN', 'BIN']) mkdirSync(folders[name] ?? '');
  const ports = (await Promise.all([1, 2, 3, 4].map(findTwoFreePorts))).flat().map(String);
  const [FIRST, SECOND, FIRST_METRICS, SECOND_METRICS, REHEARSAL_PORT, HTTP_PORT, HTTPS_PORT] = ports;
  const { host, name } = placeOf(database.url);
  writeProgram('gatehouse', `exec "${process.execPath}" "${ROOT}/src/main.ts" "$@"`);
  writeProgram('systemctl', `exec "${ROOT}/test/support/systemctl-stand-in.sh" "$@"`);
  writeProgram('curl', `exec /usr/bin/curl --connect-to "login.example.com:443:127.0.0.1:${HTTPS_PORT}" "$@"`);
  const named = { FIRST, SECOND, FIRST_METRICS, SECOND_METRICS, REHEARSAL_PORT, HTTP_PORT, HTTPS_PORT };
  return {
    ...folders,
    ...(named as Record<string, string>),
    PROGRAM: ROOT,
    PSQL: `'psql postgres://postgres@localhost/postgres?host=${host}'`,
    DATABASE: `${name}_page`,
    DATABASE_AT: `'localhost/${name}_page?host=${host}'`,
  };
}

function writeProgram(name: string, line: string): void {
  writeFileSync(join(folder, 'BIN', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

/** What the blocks printed, each by itself; fails with the end of it when one of them failed. */
async function paste(machine: Record<string, string>): Promise<readonly string[]> {
  const pasted = blocks.map(({ text, isOfSystem }, index) => {
    const renamed =
      index === 0 ? text.replaceAll(/^(\w+)=.*$/gm, (line: string, name: string) => rename(line, name, machine)) : text;
    return `${isOfSystem ? '' : renamed}\nprintf '\\n%s\\n' '${DONE}${index}'\n`;
  });
  const script = join(folder, 'page.sh');
  writeFileSync(script, `set -eu\n${pasted.join('')}`);
  const shell = start('bash', [script], {
    withChildren: true,
    environment: {
      ...Object.fromEntries(
        ['RUN', 'UNITS', 'SITES', 'HTTP_PORT', 'HTTPS_PORT'].map((name) => [name, machine[name] ?? '']),
      ),
      PATH: `${machine['BIN']}:${process.env['PATH'] ?? ''}`,
      NODE: process.execPath,
      GATEHOUSE_HASH_MEMORY_KIB: '8192',
      GATEHOUSE_HASH_ITERATIONS: '1',
      GATEHOUSE_HASH_WAIT_BUDGET_MS: '60000',
      GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '0',
    },
  });
  const { code, stdout, stderr } = await shell.ended;
  // What the page left running.
  shell.kill('SIGKILL');
  const said = stdout.split(new RegExp(`^${DONE}\\d+\\n`, 'm'));
  const failed = blocks[said.length - 1]?.text ?? '';
  assert.equal(code, 0, `${failed}\nsaid\n${said.at(-1)}\n${stderr.slice(-4000)}`);
  return said;
}

function rename(line: string, name: string, machine: Record<string, string>): string {
  return RENAMED.includes(name) ? `${name}=${machine[name] ?? ''}` : line;
}

test('the page is pasted from the bare machine to the sizing', { skip, timeout: 280_000 }, async (t) => {
  for (const { text, isOfSystem } of blocks) {
    if (isOfSystem) t.diagnostic(`not pasted, because it changes the system: ${text.trim().split('\n').join('; ')}`);
  }
  const names = [...(blocks[0]?.text.matchAll(/^(\w+)=/gm) ?? [])].map(([, name]) => name);
  assert.deepEqual(names, ['HOST', ...RENAMED]);

  const said = await paste(await makeMachine());
  const saidBy = (command: string) => said.filter((_, index) => blocks[index]?.text.includes(command));
  const [atFirst = '', restored = '', restarted = '', rotated = ''] = saidBy('log_in').filter((text) => text !== '');
  for (const text of [atFirst, restored, restarted, rotated]) assert.match(text, /"access_token":"ey/);
  assert.match(atFirst, /trial@example\.com/, 'the login is in the log');
  assert.match(atFirst, /^(active\n){4}/m);
  assert.match(saidBy('gatehouse doctor').join(''), /^ok +tenant main/m);
  assert.match(saidBy('/metrics')[0] ?? '', /^gatehouse_build_info\{/m);
  assert.match(saidBy('mktemp -d')[0] ?? '', /"access_token":"ey/);
  assert.match(saidBy('doctor --capacity')[0] ?? '', /^logins +[\d.,]+\/s$/m);
  assert.match(
    saidBy('doctor --capacity')[0] ?? '',
    /^commits +[\d.]+ ms/m,
    'the owner of the database may measure it',
  );
});

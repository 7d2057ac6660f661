// A server never starts on a database file that is not whole, never puts an empty one in its place, and leaves the file as
// it is for whoever mends it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { type Ended, startGatehouse } from '../support/running-program.ts';
import { PASSWORD, PUBLIC_CLIENT, SAMPLE_TENANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { type Installation, makeInstallation, requestToken } from '../support/served-server.ts';

const PAGE = 4096;
/** Usually a second; how long it takes is no matter of a machine with much to do. */
const HANGING_MS = 60_000;

let installation: Installation;
let folder: string;
before(async () => {
  installation = makeInstallation();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-damaged-'));
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
});
after(async () => {
  await installation.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Damage {
  readonly name: string;
  /** Does it to the file at this path. */
  readonly harm: (path: string) => void;
  readonly says: RegExp;
}

function rewrite(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

function withSqlite(path: string, work: (file: BetterSqlite.Database) => void): void {
  const file = new BetterSqlite(path);
  work(file);
  file.close();
}

/** Where the table begins, counted from 1: a page that is in use, which not every one in the middle is. */
function firstPageOf(path: string, table: string): number {
  let page = 0;
  withSqlite(path, (file) => {
    page = file.prepare('select rootpage from sqlite_schema where name = ?').pluck().get(table) as number;
  });
  return page;
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'its header zeroed',
    harm: (path) => rewrite(path, (bytes) => bytes.fill(0, 0, 100)),
    says: /is damaged \(file is not a database\)/,
  },
  {
    name: 'its first page zeroed',
    harm: (path) => rewrite(path, (bytes) => bytes.fill(0, 0, PAGE)),
    says: /is damaged/,
  },
  { name: 'every byte zeroed', harm: (path) => rewrite(path, (bytes) => bytes.fill(0)), says: /is damaged/ },
  {
    name: 'a page in the middle flipped',
    harm: (path) => {
      const start = PAGE * (firstPageOf(path, 'users') - 1);
      rewrite(path, (bytes) => {
        for (let at = start; at < start + PAGE; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      });
    },
    says: /is damaged/,
  },
  { name: 'half of it cut off', harm: (path) => truncateSync(path, statSync(path).size / 2), says: /is damaged/ },
  { name: 'all of it cut off', harm: (path) => truncateSync(path, 0), says: /is empty: it was cut off/ },
  { name: 'a text in its place', harm: (path) => writeFileSync(path, 'hello\n'.repeat(900)), says: /is damaged/ },
  { name: 'a folder in its place', harm: (path) => replaceByFolder(path), says: /is no file/ },
  { name: 'nothing in its place', harm: (path) => rmSync(path), says: /is missing, though there was one/ },
  {
    name: 'permissions for everybody',
    harm: (path) => chmodSync(path, 0o666),
    says: /has the permissions 666.*chmod 600/,
  },
  {
    name: 'no permission to write',
    harm: (path) => chmodSync(path, 0o400),
    says: /has the permissions 400.*chmod 600/,
  },
  {
    name: 'a schema from the future',
    harm: (path) =>
      withSqlite(path, (file) => file.exec("insert into kysely_migration values ('2099-01-01-01-x', '2099')")),
    says: /written by a newer version of Gatehouse \(it has 2099-01-01-01-x\)/,
  },
  {
    name: 'the database of another program in its place',
    harm: (path) => {
      rmSync(path);
      withSqlite(path, (file) => file.exec('create table songs (title text)'));
      chmodSync(path, 0o600);
    },
    says: /belongs to another program/,
  },
];

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

/** What there is at the path: its bytes, or that it is a folder, or nothing. */
function stateOf(path: string): string {
  if (!existsSync(path)) return 'nothing';
  if (statSync(path).isDirectory()) return 'a folder';
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Starts the server where it must not start; it has to say so and end. */
async function refusedStart(command: string, dataDir: string, environment = installation.environment): Promise<Ended> {
  const ports = ['--port', command === 'dev' ? '31999' : '0', ...(command === 'dev' ? ['--https-port', '31998'] : [])];
  const program = startGatehouse([command, '--data-dir', dataDir, ...ports], environment);
  const timer = setTimeout(() => program.kill('SIGKILL'), HANGING_MS);
  const ended = await program.ended;
  clearTimeout(timer);
  assert.equal(ended.signal, null, 'it ended by itself');
  assert.notEqual(ended.code, 0, ended.stdout);
  return ended;
}

/** A copy of the installation, with its lock file. */
function copyInstallation(name: string): { dataDir: string; path: string } {
  const dataDir = join(folder, name.replaceAll(' ', '-'));
  cpSync(installation.dataDir, dataDir, { recursive: true });
  return { dataDir, path: join(dataDir, 'gatehouse.db') };
}

for (const { name, harm, says } of DAMAGES) {
  test(`serve refuses a database file with ${name}, and leaves it as it is [F-16]`, async () => {
    const { dataDir, path } = copyInstallation(name);
    harm(path);
    const earlier = stateOf(path);
    const { stderr } = await refusedStart('serve', dataDir);
    assert.equal(stateOf(path), earlier);
    assert.match(stderr, says);
    assert.match(stderr, /`gatehouse restore FILE`/);
    assert.ok(!/\n\s+at /.test(stderr), 'no stack');
    if (!name.startsWith('a schema'))
      assert.ok(stderr.includes(`database file ${path}`), 'it names the file and its role');
  });
}

test('serve refuses a database file whose journal is gone after a crash [F-16]', async () => {
  const { dataDir, path } = copyInstallation('journal');
  const program = startGatehouse(['serve', '--data-dir', dataDir, '--port', '0'], installation.environment);
  const [, port] = await program.waitFor(/"port":(\d+),"msg":"listening"/);
  assert.equal((await requestToken(Number(port), SEED_REQUEST)).status, 200);
  program.kill('SIGKILL');
  await program.ended;
  const journal = readFileSync(`${path}-wal`);
  assert.ok(journal.length > 0);
  rmSync(`${path}-wal`);
  const earlier = stateOf(path);
  const { stderr } = await refusedStart('serve', dataDir);
  assert.equal(stateOf(path), earlier);
  assert.match(stderr, /The journal .*gatehouse\.db-wal of the database file is missing.*`gatehouse restore FILE`/);

  writeFileSync(`${path}-wal`, journal, { mode: 0o600 });
  const again = startGatehouse(['serve', '--data-dir', dataDir, '--port', '0'], installation.environment);
  await again.waitFor(/"msg":"listening"/);
  assert.equal((await again.stop()).code, 0);
});

test('a command after a crash brings the journal home, and a server starts on that', async () => {
  const { dataDir } = copyInstallation('recovered');
  const program = startGatehouse(['serve', '--data-dir', dataDir, '--port', '0'], installation.environment);
  await program.waitFor(/"msg":"listening"/);
  program.kill('SIGKILL');
  await program.ended;
  const list = await startGatehouse(['user', 'list', '--data-dir', dataDir], installation.environment).ended;
  assert.equal(list.code, 0, list.stderr);
  const again = startGatehouse(['serve', '--data-dir', dataDir, '--port', '0'], installation.environment);
  await again.waitFor(/"msg":"listening"/);
  assert.equal((await again.stop()).code, 0);
});

test('a second server on one file is refused, and the first goes on [F-16]', async () => {
  const first = await installation.serve();
  try {
    const { stderr } = await refusedStart('serve', installation.dataDir);
    assert.match(stderr, /Another server works on the database file .*gatehouse\.db/);
    assert.equal((await requestToken(first.port, SEED_REQUEST)).status, 200);
  } finally {
    assert.equal((await first.program.stop()).code, 0);
  }
  const next = await installation.serve();
  assert.equal((await next.program.stop()).code, 0);
});

test('dev refuses a damaged database too [F-16]', async () => {
  const dataDir = join(folder, 'dev');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'made-by-gatehouse-dev'), '');
  copyFileSync(installation.databasePath, join(dataDir, 'gatehouse.db'));
  truncateSync(join(dataDir, 'gatehouse.db'), PAGE * 3);
  const { stderr } = await refusedStart('dev', dataDir);
  assert.match(stderr, /is damaged/);
});

test('a damaged database is brought back from a backup by the command that the refusal names', async () => {
  const { dataDir, path } = copyInstallation('restored');
  const backup = join(folder, 'whole.backup');
  const run = (...args: string[]) => startGatehouse([...args, '--data-dir', dataDir], installation.environment).ended;
  assert.equal((await run('backup', backup)).code, 0);
  writeFileSync(path, 'damaged');
  assert.match((await run('restore', backup)).stderr, /add --force/);
  const restored = await run('restore', backup, '--force');
  assert.equal(restored.code, 0, restored.stderr);
  const program = startGatehouse(['serve', '--data-dir', dataDir, '--port', '0'], installation.environment);
  const [, port] = await program.waitFor(/"port":(\d+),"msg":"listening"/);
  const request = { ...SEED_REQUEST, username: USER, password: PASSWORD, client_id: PUBLIC_CLIENT };
  assert.equal((await requestToken(Number(port), request)).status, 200);
  await program.stop();
});

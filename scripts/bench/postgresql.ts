// A PostgreSQL server of the benchmark's own, as its package sets it up: every commit on the disk. Its data stay in the
// benchmark's folder for later runs.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface PostgresqlServer {
  /** The address of a database of this name. */
  urlOf(database: string): string;
  stop(): void;
}

/** The folder of the newest release's programs; null when there is none on this machine. */
export function findPostgresql(): string | null {
  const newest = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted().at(-1);
  return newest === undefined ? null : dirname(newest);
}

/** Starts the server on data in this folder, which are made when they are missing; throws what its programs say. */
export function startPostgresql(programs: string, folder: string): PostgresqlServer {
  const sockets = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0;
  const run = (program: string, args: string[]) => {
    // The server refuses to run as root.
    const command = [...(asRoot ? ['runuser', '-u', 'postgres', '--'] : []), join(programs, program), ...args];
    const { status, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  };
  const version = join(data, 'PG_VERSION');
  if (existsSync(version) && !programs.includes(`/${readFileSync(version, 'utf8').trim()}/`)) {
    rmSync(data, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  for (const place of [folder, sockets]) {
    chmodSync(place, 0o755);
    if (asRoot) {
      const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
      chownSync(place, id('-u'), id('-g'));
    }
  }
  if (!existsSync(version))
    run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale', 'C.UTF-8']);
  const settings = `-k ${sockets} -c listen_addresses=''`;
  run('pg_ctl', ['-w', '-D', data, '-l', join(folder, 'log'), '-o', settings, 'start']);
  let runs = true;
  const stop = (): void => {
    if (!runs) return;
    runs = false;
    run('pg_ctl', ['-w', '-D', data, '-m', 'fast', 'stop']);
    rmSync(sockets, { recursive: true, force: true });
  };
  process.once('exit', stop);
  return { urlOf: (database) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(sockets)}`, stop };
}

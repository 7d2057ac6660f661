// A PostgreSQL server of the test run's own: made in a temporary folder, reached by a socket in it, gone at the end.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface PostgresqlServer {
  /** Address of its database `postgres`. */
  readonly url: string;
  stop(): void;
}

/** Starts a server of the newest release on this machine; throws what its programs said when it does not start. */
export function startPostgresql(): PostgresqlServer {
  const programs = dirname(globSync('/usr/lib/postgresql/*/bin/initdb').toSorted().at(-1) ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgresql-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    // The server refuses to run as root.
    const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
    chownSync(folder, id('-u'), id('-g'));
  }
  chmodSync(folder, 0o755);
  const run = (program: string, args: string[]) => {
    const command = [...(asRoot ? ['runuser', '-u', 'postgres', '--'] : []), join(programs, program), ...args];
    const { status, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  };
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale', 'C.UTF-8']);
  const settings = `-k ${folder} -c listen_addresses='' -c fsync=off -c max_connections=200`;
  run('pg_ctl', ['-w', '-D', data, '-l', join(folder, 'log'), '-o', settings, 'start']);
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop() {
      run('pg_ctl', ['-w', '-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

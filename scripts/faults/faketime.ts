// A process whose clock can be set while it runs: libfaketime, from the package faketime. The stopwatch stays right.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MovableClock {
  /** For the environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets its clock to this many seconds after the right time; it notices within a second. */
  set(seconds: number): void;
  remove(): void;
}

/** The library; null where it is missing, and cannot be installed. */
export function findFaketime(): string | null {
  const find = () => globSync('/usr/lib/*/faketime/libfaketime.so.1')[0] ?? null;
  if (find() === null && process.getuid?.() === 0) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['-q', 'install', '-y', '--no-install-recommends', 'faketime'], { env: environment });
  }
  return find();
}

/** Makes a clock that is right until it is set. */
export function makeMovableClock(library: string): MovableClock {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-faketime-'));
  const file = join(folder, 'offset');
  const set = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);
  set(0);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// How much memory a process holds.
import { execFileSync } from 'node:child_process';

/** Its resident set in megabytes (of 1,000,000 bytes); throws for a process that is gone. */
export function residentMegabytes(pid: number): number {
  const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  return (kibibytes * 1024) / 1_000_000;
}

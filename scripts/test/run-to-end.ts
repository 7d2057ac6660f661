// Starts this Node.js once more on the terminal's own streams, for the test and check commands. Signals sent to the
// command reach it, so that ending the command ends everything it started.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Resolves to the exit code, or 128 plus the number of the signal that ended the process. */
export function runToEnd(args: string[], cwd: string, env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}

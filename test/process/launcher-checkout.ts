// A miniature checkout for the launcher's tests: the real launcher, an empty lock file, a program given by the test, and
// an npm that only writes down that it was called, unless the test says what else it does.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const root = dirname(dirname(import.meta.dirname));

/** Why a process cannot be told that its parent was killed; see scripts/launch/child.mjs. False where it can. */
export const cannotTell = !existsSync('/usr/bin/setpriv') && 'setpriv of util-linux is missing';

type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
export type Running = {
  process: ChildProcess;
  /** Resolves to the first match in what the process has printed to either stream so far. */
  printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  ended: Promise<Ended>;
};

export type LauncherCheckout = {
  folder: string;
  write: (path: string, text: string) => void;
  /** The folders and arguments that npm was called with, in order. */
  npmCalls: () => string[];
  /** Starts the launcher on program.ts. */
  launch: (args?: string[], env?: NodeJS.ProcessEnv) => Running;
  /** Starts Node.js in the checkout, with the checkout's npm first in PATH. */
  node: (args: string[], env?: NodeJS.ProcessEnv) => Running;
};

/** Builds the checkout in a temporary folder, which goes with the test. `npm` is a shell script, run after the note. */
export function makeLauncherCheckout(t: TestContext, program: string, npm = ''): LauncherCheckout {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-launcher-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of ['scripts/launch.mjs', 'scripts/launch', 'runtime/package.json', 'runtime/package-lock.json']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', '{ "lockfileVersion": 3, "packages": {} }');
  write('program.ts', program);
  write('bin/npm', `#!/bin/sh\necho "$PWD $*" >> '${folder}/npm-calls'\n${npm}\n`);
  chmodSync(join(folder, 'bin/npm'), 0o755);

  const node = (args: string[], env: NodeJS.ProcessEnv = {}): Running => {
    const { npm_execpath: _, ...inherited } = process.env;
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
    return watch(spawn(process.execPath, args, { cwd: folder, env: { ...inherited, PATH: path, ...env } }));
  };
  const calls = join(folder, 'npm-calls');
  return {
    folder,
    write,
    npmCalls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    launch: (args = [], env = {}) => node(['scripts/launch.mjs', 'program.ts', ...args], env),
    node,
  };
}

function watch(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    let match: RegExpExecArray | null = null;
    const matches = (): boolean => {
      match = pattern.exec(stdout + stderr);
      return match !== null;
    };
    await waitUntil(matches, `a process prints ${pattern.source}`);
    return match ?? assert.fail();
  };
  return { process: child, printed, ended };
}

/** Polls until the condition holds; fails after a minute, which no machine needs, however much it has to do. */
export async function waitUntil(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but was not yet collected by its new parent is not running any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc/self');
  }
}

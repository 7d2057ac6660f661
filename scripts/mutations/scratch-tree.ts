// A copy of the working tree in which something may be broken: mutations are tried there, never where somebody works.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestCount } from '../test/count-reporter.ts';
import { type Mutation, mutate } from './mutation.ts';

const COPIED = ['src', 'test', 'scripts', 'docs', 'examples', 'package.json', 'tsconfig.json'];
/** Far longer than any of these tests takes: a test that hangs noticed the change too. */
const LONGEST_TEST_MS = 120_000;
/** What takes longer is stuck where no timer fires, and tells nothing. */
const LONGEST_RUN_MS = 600_000;

/** What the tests of one file did; null when the run told nothing, as when it was ended. */
export type FileRun = TestCount | null;

export interface ScratchTree {
  /** Runs those tests of a file whose names match one of these, on the code with this change; null for the code as it is. */
  run(testFile: string, names: readonly RegExp[], mutation: Mutation | null): Promise<FileRun>;
  remove(): void;
}

/** Makes one. */
export function createScratchTree(root: string): ScratchTree {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mutation-'));
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  // The sandbox lets its processes read the link and where it leads to, and no link in between.
  symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'));

  let running: ChildProcess | null = null;
  const clearAway = (): void => {
    if (running) endGroup(running);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', clearAway);

  function runTests(testFile: string, names: readonly RegExp[]): Promise<FileRun> {
    const countFile = join(folder, 'count.json');
    rmSync(countFile, { force: true });
    const args = [
      ...['--import', './test/support/sealed-prototypes.ts', '--test', `--test-timeout=${LONGEST_TEST_MS}`],
      ...['--test-reporter=./scripts/test/count-reporter.ts', `--test-reporter-destination=${countFile}`],
      ...names.map((name) => `--test-name-pattern=${name.source}`),
      testFile,
    ];
    // In a test of this runner node:test would believe that it runs inside another run.
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const env = { ...inherited, NODE_COMPILE_CACHE: join(folder, '.compiled') };
    return new Promise((resolve, reject) => {
      // In a group of its own, so that the processes that it starts end with it.
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore', detached: true });
      running = child;
      const timer = setTimeout(() => endGroup(child), LONGEST_RUN_MS);
      child.once('error', reject);
      child.once('close', () => {
        clearTimeout(timer);
        running = null;
        resolve(readCount(countFile));
      });
    });
  }

  return {
    async run(testFile, names, mutation) {
      if (mutation === null) return runTests(testFile, names);
      const path = join(folder, mutation.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, mutate(source, mutation));
      try {
        return await runTests(testFile, names);
      } finally {
        writeFileSync(path, source);
      }
    },
    remove() {
      process.off('exit', clearAway);
      clearAway();
    },
  };
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readCount(file: string): FileRun {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCount;
  } catch {
    return null;
  }
}

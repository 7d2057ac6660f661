// Compiles the program to plain JavaScript: Node.js strips no types from what lies under node_modules. Called by package.ts.
import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that are started as processes and threads: the compiler does not know that these are names of modules. */
const STARTED = /new URL\('(\.[^']+)\.ts', import\.meta\.url\)/g;

/** Writes src/ as JavaScript into `lib/` of dist/package; throws with what the compiler says. */
export function compileProgram(root: string, folder: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'scripts/release'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The program could not be compiled.\n${stdout}`);
  for (const name of globSync('lib/**/*.js', { cwd: folder })) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    const renamed = text.replace(STARTED, "new URL('$1.js', import.meta.url)");
    if (renamed !== text) writeFileSync(path, renamed);
  }
  const main = join(folder, 'lib/main.js');
  writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`);
  chmodSync(main, 0o755);
}

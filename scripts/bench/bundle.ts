// Bundles the program into few files, to see what that does to its start. Nothing is shipped this way.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './child-program.ts';

/** Packages with native code: they stay where they are. */
const NATIVE = ['better-sqlite3', '@node-rs/argon2', 'bcrypt', 'pg-native'];

/** Writes the bundle into the folder; resolves to the path of the program. */
export async function bundleProgram(folder: string): Promise<string> {
  const outdir = join(folder, 'bundle');
  mkdirSync(outdir, { recursive: true });
  const common = {
    bundle: true,
    platform: 'node' as const,
    format: 'esm' as const,
    target: 'node24',
    // Where a package has both, its ES modules: the other form may hide what it loads.
    mainFields: ['module', 'main'],
    external: NATIVE,
    // Packages in CommonJS inside the bundle ask for Node's modules with `require`.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    logLevel: 'error' as const,
  };
  // What is imported only when it is needed stays apart.
  await build({ ...common, entryPoints: [join(ROOT, 'src/main.ts')], outdir, splitting: true });
  // A thread is started from a file of its own, which is looked for under this name.
  const thread = 'sqlite-writer-thread.ts';
  await build({ ...common, entryPoints: [join(ROOT, 'src/storage', thread)], outfile: join(outdir, thread) });
  // The program reads its version from the folder above its own.
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  return join(outdir, 'main.js');
}

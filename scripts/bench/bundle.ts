// Bundles the program into few files, to see what that does to its start. Nothing is shipped this way.
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './child-program.ts';

/** Packages with native code: they stay where they are. */
const NATIVE = /^(better-sqlite3|@node-rs\/argon2|bcrypt)$/;

/** A file that is started as a thread of its own. */
const THREAD = /new URL\('(\.[^']+)\.ts', import\.meta\.url\)/g;

/** Writes the bundle into the folder; resolves to the path of the program. */
export async function bundleProgram(folder: string): Promise<string> {
  const outdir = join(folder, 'bundle');
  mkdirSync(outdir, { recursive: true });
  const sources = join(ROOT, 'src');
  await build({
    entryPoints: [join(sources, 'main.ts'), ...findThreads(sources)],
    outdir,
    outbase: sources,
    bundle: true,
    // What is imported only when it is needed stays apart.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Where a package has both, its ES modules: the other form may hide what it loads.
    mainFields: ['module', 'main'],
    // Looked for by a package that does without it.
    external: ['pg-native'],
    // Packages in CommonJS inside the bundle ask for Node's modules with `require`.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    plugins: [keepPlaces(sources, outdir)],
    logLevel: 'error',
  });
  return join(outdir, 'main.js');
}

function findThreads(sources: string): string[] {
  return globSync(join(sources, '**/*.ts')).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(THREAD)].map(([, name]) => join(dirname(path), `${name}.ts`)),
  );
}

/** Files find what lies beside them, and native packages, where they were before; threads are started from the bundle. */
function keepPlaces(sources: string, outdir: string): Plugin {
  return {
    name: 'keep-places',
    setup(bundle) {
      bundle.onResolve({ filter: NATIVE }, ({ path }) => ({ path: import.meta.resolve(path), external: true }));
      bundle.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const inBundle = (name: string) =>
          pathToFileURL(join(outdir, dirname(path).slice(sources.length), `${name}.js`)).href;
        const contents = text
          .replaceAll(THREAD, (_, name: string) => `new URL(${JSON.stringify(inBundle(name))})`)
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
        return { contents, loader: 'ts' };
      });
    },
  };
}

// The package as `npm run package` makes it, and an installation of it in a folder of its own: what npm would do, but with the
// packages of this checkout, so that no registry is asked.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import { ROOT, type RunningProgram, start } from './running-program.ts';

export interface ReleasedPackage {
  /** Somebody's folder, with the package in its node_modules. */
  readonly folder: string;
  /** The unpacked package: the files that are published, and the packages that it needs in a node_modules of its own. */
  readonly path: string;
  /** Starts `npx gatehouse` in the folder. */
  npx(args: readonly string[]): RunningProgram;
  remove(): void;
}

/** Makes the package, unpacks what is to be published, and puts what it needs beside it. */
export async function installRelease(): Promise<ReleasedPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-release-'));
  const context = copyBuildContext(join(folder, 'context'));
  const written = await runProgram(process.execPath, [join(context, 'scripts/package.ts')]);
  const archive = join(context, /wrote (\S+\.tgz)/.exec(written)?.[1] ?? '');
  const path = join(folder, 'node_modules/gatehouse');
  mkdirSync(path, { recursive: true });
  await runProgram('tar', ['-xzf', archive, '--strip-components=1', '-C', path]);
  for (const place of placesOf(path)) cpSync(join(ROOT, place), join(path, place), { recursive: true });
  mkdirSync(join(folder, 'node_modules/.bin'));
  symlinkSync('../gatehouse/lib/main.js', join(folder, 'node_modules/.bin/gatehouse'));
  return {
    folder,
    path,
    npx: (args) =>
      start('sh', ['-c', 'cd "$0" && exec npx --offline gatehouse "$@"', folder, ...args], { withChildren: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a build of the container sees of the checkout, so that it is known to be enough; with packages and dashboard. */
function copyBuildContext(context: string): string {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const name of lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))) {
    cpSync(join(ROOT, name), join(context, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(context, 'node_modules'));
  cpSync(join(ROOT, 'dist/dashboard'), join(context, 'dist/dashboard'), { recursive: true });
  return context;
}

/** Where `npm ci` puts packages: the outermost folders, each with what lies in it. Other platforms' are not there. */
function placesOf(path: string): string[] {
  const text = readFileSync(join(path, 'npm-shrinkwrap.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, { os?: string[]; cpu?: string[] }> };
  return Object.entries(packages)
    .filter(([place, { os, cpu }]) => {
      const isHere = (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true);
      return /^node_modules\/(@[^/]+\/)?[^/]+$/.test(place) && isHere && !place.endsWith('-musl');
    })
    .map(([place]) => place);
}

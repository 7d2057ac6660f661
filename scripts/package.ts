// `npm run package`: makes dist/package, and of it a file that npm installs: the program as plain JavaScript, the built
// dashboard, the data files, the versions of all packages that were tested, their licences and a bill of materials.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npmCommand } from './launch/npm.mjs';
import { printBillOfMaterials } from './release/bill-of-materials.ts';
import { compileProgram } from './release/compile-program.ts';
import {
  licenseOfReferencePage,
  licensesOfDashboard,
  licensesOfPackages,
  printLicenses,
  requireAllowed,
} from './release/license-list.ts';
import { type LockedPackages, packagesOf, readLock } from './release/runtime-packages.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

const ROOT = dirname(import.meta.dirname);
const FOLDER = join(ROOT, 'dist/package');
/** What goes along as it is. */
const FILES = [
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'config.example.yaml',
  'data/*',
  'docs/**/*.md',
  'examples/**/*',
];
const REFERENCE_PAGE = 'dist/rapidoc.js';

function main(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  compileProgram(ROOT, FOLDER);
  for (const name of globSync(FILES, { cwd: ROOT, exclude: ['**/node_modules/**'] })) copy(name);
  copy('scripts/release/README.md', 'README.md');
  for (const name of globSync('dist/dashboard/{index.html,assets/*}', { cwd: ROOT })) copy(name);
  copy('node_modules/rapidoc/dist/rapidoc-min.js', REFERENCE_PAGE);

  const lock = readLock(ROOT);
  const manifest = releasedManifest(lock);
  const packages = packagesOf(lock, Object.keys(manifest.dependencies));
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  write('npm-shrinkwrap.json', `${JSON.stringify(shrinkwrap(manifest, packages), null, 2)}\n`);
  const inside = [...licensesOfDashboard(ROOT), licenseOfReferencePage(ROOT, packagesOf(lock, ['rapidoc']))];
  const beside = licensesOfPackages(ROOT, packages);
  requireAllowed([...inside, ...beside]);
  write('THIRD-PARTY-LICENSES.md', printLicenses(inside, beside));
  write('sbom.cdx.json', printBillOfMaterials(FOLDER, 'gatehouse', inside, beside));
  console.log(`wrote ${pack()}`);
}

/** The released package's own package.json: without what only the checkout needs, and with what npm starts. */
function releasedManifest(lock: LockedPackages): Manifest {
  const {
    scripts: _,
    devDependencies: __,
    ...manifest
  } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  // Served as a file, and never run here: a hundred packages, some with installation scripts, stay away for it.
  const { rapidoc: ___, ...ranges } = manifest.dependencies;
  // npm reads an npm-shrinkwrap.json in the folder that it installs, and with packages from a registry, and with others not.
  const dependencies = Object.fromEntries(
    Object.entries(ranges).map(([name, range]) => [name, lock[`node_modules/${name}`]?.version ?? range]),
  );
  return {
    ...manifest,
    dependencies,
    bin: { gatehouse: 'lib/main.js' },
    imports: { '#reference-page': `./${REFERENCE_PAGE}` },
  };
}

function shrinkwrap(
  { name, version, license, dependencies, bin, engines }: Manifest,
  packages: LockedPackages,
): object {
  const own = { name, version, license, dependencies, bin, engines };
  return { name, version, lockfileVersion: 3, requires: true, packages: { '': own, ...packages } };
}

function copy(name: string, target = name): void {
  if (statSync(join(ROOT, name)).isFile()) cpSync(join(ROOT, name), join(FOLDER, target));
}

function write(name: string, text: string): void {
  writeFileSync(join(FOLDER, name), text);
}

/** Packs the folder; the path of the file. */
function pack(): string {
  const [npm = 'npm', ...first] = npmCommand(process.execPath, process.env);
  const args = [...first, 'pack', './package', '--ignore-scripts', '--json'];
  const { status, stdout, stderr } = spawnSync(npm, args, { cwd: dirname(FOLDER), encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not pack the folder.\n${stderr}`);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join('dist', packed?.filename ?? '');
}

main();

// Builds the dashboard into dist/dashboard when what it is made of has changed since: its sources, or the packages.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly, withNodeFirst } from './child.mjs';
import { withInstallLock } from './install-lock.mjs';
import { SetupError } from './npm.mjs';

/** Programs and commands that serve the dashboard, or try it. */
const SERVING = [
  { program: 'src/main.ts', commands: ['dev', 'serve'] },
  { program: 'scripts/test.ts', commands: null },
  { program: 'scripts/bench.ts', commands: null },
  { program: 'scripts/package.ts', commands: null },
  { program: 'scripts/screenshots.ts', commands: null },
];

/** True when this program shows the dashboard to somebody. */
export function servesDashboard(program, [command]) {
  return SERVING.some((one) => one.program === program && (one.commands === null || one.commands.includes(command)));
}

/** Builds it when it is stale; throws a SetupError when it cannot be built. */
export async function buildDashboard(root, node) {
  const stamp = join(root, 'dist', 'dashboard', '.made-of');
  const madeOf = fingerprintOf(root);
  const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === madeOf;
  if (isFresh()) return;
  await withInstallLock(root, async () => {
    if (isFresh()) return;
    process.stderr.write('gatehouse: building the dashboard\n');
    mkdirSync(join(root, 'dist'), { recursive: true });
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const { code, output } = await runQuietly([node, vite, 'build', 'dashboard', '--logLevel', 'warn'], {
      cwd: root,
      env: { ...withNodeFirst(node), NODE_ENV: 'production' },
    });
    if (code !== 0) throw new SetupError(`The dashboard could not be built.\n${output.trim()}`);
    writeFileSync(stamp, madeOf);
  });
}

/** A digest of every source, and of the lock of the packages. */
function fingerprintOf(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const folder = join(root, 'dashboard');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(`\0${path.slice(folder.length)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

// Installs the packages that package-lock.json names, when the lock file or the Node.js version changed since the last
// time it succeeded. Called by the launcher before every program; costs a millisecond when nothing changed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withNodeFirst } from './child.mjs';
import { withInstallLock } from './install-lock.mjs';
import { runNpm } from './npm.mjs';

/** Resolves when node_modules holds what the lock file names; throws a SetupError when that cannot be had. */
export async function installPackages(root, node) {
  const stamp = join(root, 'node_modules', '.gatehouse-install');
  const wanted = fingerprint(root, node);
  const isThere = () => readOrNull(stamp) === wanted;
  if (isThere()) return;
  await withInstallLock(root, async () => {
    if (isThere()) return;
    process.stderr.write('gatehouse: installing packages\n');
    rmSync(stamp, { force: true });
    // Not `npm ci`: that stops on a lock file from which other platforms' optional binaries are missing, and deletes
    // what a running server may still load. `--no-save` takes the versions of the lock and leaves the file alone.
    await runNpm(node.path, ['install', '--no-save', '--include=dev', '--prefer-offline'], {
      cwd: root,
      env: withNodeFirst(node.path),
      failure: 'The packages that Gatehouse needs could not be installed.',
    });
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
  });
}

/** Changes with everything that decides which packages npm picks. */
function fingerprint(root, node) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${node.version} ${process.platform}-${process.arch} ${hash.digest('hex')}\n`;
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

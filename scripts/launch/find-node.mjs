// Finds the Node.js that the launcher runs programs with: the current one when it is new enough, else the release pinned
// in runtime/package.json, fetched once from the npm registry into runtime/node_modules and checked against its lock.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { runNpm, SetupError } from './npm.mjs';

const OLDEST_MAJOR = 24;
const DOWNLOADABLE = ['linux-x64', 'linux-arm64'];

/** The path and version of a Node.js binary that runs Gatehouse; throws a SetupError when none can be had. */
export async function findNode(root) {
  const { node } = process.versions;
  const choice = chooseNode(node, process.platform, process.arch);
  return choice === 'current' ? { path: process.execPath, version: node } : providePinnedNode(root, choice);
}

/**
 * The pinned Node.js of a platform such as linux-x64, fetched when it is not there whole; throws a SetupError.
 * @public called from outside by its test only, in a process of its own
 */
export async function providePinnedNode(root, platform) {
  const runtime = join(root, 'runtime');
  const name = `node-${platform}`;
  const { version, integrity } = readJson(join(runtime, 'package-lock.json')).packages[`node_modules/${name}`];
  const pinned = readJson(join(runtime, 'package.json')).optionalDependencies[name];
  const found = { path: join(runtime, 'node_modules', name, 'bin', 'node'), version: pinned };
  const isThere = () =>
    pinned === version && isInstalled(runtime, name, integrity) && versionOf(found.path) === `v${pinned}`;
  if (isThere()) return found;
  await withInstallLock(root, async () => {
    if (isThere()) return;
    process.stderr.write(`gatehouse: fetching Node.js ${pinned}, once (this machine has ${process.versions.node})\n`);
    const failure = `Node.js ${pinned} could not be installed.`;
    // `npm ci` empties runtime/node_modules first, so what an interrupted download left behind is gone.
    await runNpm(process.execPath, ['ci'], { cwd: runtime, env: process.env, failure });
    if (!isThere()) throw new SetupError(`${failure} What npm fetched does not run on this machine: ${INSTALL}`);
  });
  return found;
}

/** Decides without looking at the disk: 'current', or the platform whose Node.js is fetched; throws where there is none. */
export function chooseNode(version, platform, arch) {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return 'current';
  const wanted = `${platform}-${arch}`;
  if (DOWNLOADABLE.includes(wanted)) return wanted;
  throw new SetupError(`Gatehouse needs Node.js ${OLDEST_MAJOR}, and this machine has ${version}: ${INSTALL}`);
}

const INSTALL = `install Node.js ${OLDEST_MAJOR} or later and start again.`;

/** npm writes this record at the end of an installation: it is missing or different after one that was cut short. */
function isInstalled(runtime, name, integrity) {
  try {
    const { packages } = readJson(join(runtime, 'node_modules', '.package-lock.json'));
    return packages[`node_modules/${name}`]?.integrity === integrity;
  } catch {
    return false;
  }
}

function versionOf(node) {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

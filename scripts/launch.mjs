// Runs a program of this checkout: node scripts/launch.mjs FILE [ARGS...]. Every command in package.json goes through it.
// It brings what the program needs first: a Node.js it runs on, the packages that package-lock.json names, and the built dashboard.
// Plain JavaScript without dependencies, so that the machine's own, older Node.js (18 or later) can read it.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard, servesDashboard } from './launch/build-dashboard.mjs';
import { exitStatus, Interrupted, runProgram } from './launch/child.mjs';
import { findNode } from './launch/find-node.mjs';
import { headerHelp } from './launch/header-help.mjs';
import { installPackages } from './launch/install-packages.mjs';
import { SetupError } from './launch/npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function main([file, ...args]) {
  if (file === undefined) throw new SetupError('Usage: node scripts/launch.mjs FILE [ARGS...]');
  const help = headerHelp(root, file, args);
  if (help !== null) {
    process.stdout.write(help);
    return { code: 0, signal: null };
  }
  const node = await findNode(root);
  await installPackages(root, node);
  if (servesDashboard(file, args)) await buildDashboard(root, node.path);
  return runProgram(node.path, [resolve(root, file), ...args]);
}

try {
  process.exitCode = exitStatus(await main(process.argv.slice(2)));
} catch (error) {
  if (error instanceof Interrupted) {
    process.exitCode = exitStatus(error);
  } else if (error instanceof SetupError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

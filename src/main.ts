// The program. Refuses an old Node before anything else is loaded.
import { readFileSync } from 'node:fs';
import os from 'node:os';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`gatehouse needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

// Hashing and signing share the thread pool: enough threads that a signature never waits behind the hashes, of which there
// are twice as many as processors unless somebody says otherwise.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(8, 2 * os.availableParallelism() + 4));

const { runCommand } = await import('./cli/cli.ts');
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
process.exitCode = await runCommand(process.argv.slice(2), version);

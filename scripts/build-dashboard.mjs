// `npm run build:dashboard`: builds the dashboard when it is stale. The launcher calls it before a program that serves it.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './launch/build-dashboard.mjs';
import { SetupError } from './launch/npm.mjs';

try {
  await buildDashboard(dirname(dirname(fileURLToPath(import.meta.url))), process.execPath);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

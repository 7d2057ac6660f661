// `--help` of the commands of this checkout: what the comment at the head of their file says. Called by launch.mjs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Those that know more about themselves. */
const WITH_HELP_OF_THEIR_OWN = new Set(['scripts/bench.ts', 'scripts/faults.ts']);

/** The help of this command, when its arguments ask for it and nobody else gives it; null otherwise. */
export function headerHelp(root, file, args) {
  const isOurs = file.startsWith('scripts/') && !WITH_HELP_OF_THEIR_OWN.has(file);
  if (!isOurs || !args.includes('--help')) return null;
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => `${line.slice(3)}\n`)
    .join('');
}

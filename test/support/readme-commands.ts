// The shell commands of a Markdown file, as a reader pastes them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './running-program.ts';

/** The text of every block fenced as `sh`, in order. */
export function readShellBlocks(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

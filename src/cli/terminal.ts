// The terminal that the program was started in.
import { text } from 'node:stream/consumers';
import type { Terminal } from './command.ts';

/** Standard input, output and error of this process. */
export const processTerminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  isWatched: process.stderr.isTTY,
  overwrite: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`);
  },
  readInput: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
  environment: process.env,
};

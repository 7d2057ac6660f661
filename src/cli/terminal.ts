// The terminal that the program was started in.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConfigurationError } from '../config/load-config.ts';
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
  askSecret: (question) => (process.stdin.isTTY ? typedUnseen(question) : processTerminal.readInput()),
  environment: process.env,
};

/** The library edits the line as ever, and what it would show goes nowhere. */
async function typedUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const typing = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      typing.once('line', resolve);
      // Ctrl-C and Ctrl-D.
      typing.once('SIGINT', () => typing.close());
      typing.once('close', () => reject(new ConfigurationError('Nothing was typed.')));
    });
  } finally {
    typing.close();
    process.stderr.write('\n');
  }
}

// Every gatehouse command that a document tells people to type is one that exists, with the flags and arguments it takes.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandRefusal } from '../support/command-refusal.ts';

/** The command lines of a document's shell blocks, without the program. */
function commandLines(file: string): string[] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replace(/\\\n\s*/g, '').split('\n'))
    .flatMap(
      (line) =>
        /^(?:npm run (?:-s )?gatehouse -- |(?:npx |runuser .* -- |docker compose run .* )?gatehouse )(.*)$/.exec(
          asWords(line.trim()),
        )?.[1] ?? [],
    );
}

/** One word for each argument, without what a shell does with what is printed. */
function asWords(line: string): string {
  return line.replaceAll(/"\$\([^)]*\)"/g, 'VALUE').replace(/ [>|&].*$/, '');
}

test('documents name only commands that exist, with flags and arguments they take', () => {
  const lines = ['README.md', ...globSync('docs/**/*.md')].flatMap(commandLines);
  assert.ok(lines.length > 10, 'there are commands');
  const refused = lines.map((line) => [line, commandRefusal(line)]).filter(([, reason]) => reason !== null);
  assert.deepEqual(refused, []);
});

test('a command that is documented wrongly is found', () => {
  assert.equal(commandRefusal('key rotate RS256'), 'it takes 0 arguments');
  assert.equal(commandRefusal('key rotate --algo RS256'), '--algo is no flag of it');
  assert.equal(commandRefusal('kye rotate'), 'there is no such command');
});

// Every gatehouse command that a document tells people to type is one that exists, with the flags and arguments it takes.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CommandEntry } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { OptionsSchema } from '../../src/config/config.ts';

const OPTION_FLAGS = Object.keys(OptionsSchema.properties).map((name) => `--${name.replaceAll('_', '-')}`);

/** The command lines of a document's shell blocks, without the program. */
function commandLines(file: string): string[] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.replace(/\\\n\s*/g, '').split('\n'))
    .flatMap((line) => /^(?:npm run (?:-s )?gatehouse -- |gatehouse )(.*)$/.exec(line.trim())?.[1] ?? []);
}

/** Why this line would be refused; null when it would not. */
function refusal(line: string): string | null {
  const entry = COMMANDS.filter(({ name }) => `${line} `.startsWith(`${name} `)).toSorted(byLength)[0];
  if (!entry) return 'there is no such command';
  const words = line.slice(entry.name.length).trim().split(/\s+/).filter(Boolean);
  const forms = (entry.flags ?? []).map(({ form }) => form.split(' '));
  const withoutValue = new Set(['--json', ...forms.filter((form) => form.length === 1).flat()]);
  const withValue = new Set([
    '--config',
    ...OPTION_FLAGS,
    ...forms.filter((form) => form.length > 1).map(([flag]) => flag),
  ]);
  let given = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (withValue.has(word)) at += 1;
    else if (word.startsWith('--') && !withoutValue.has(word)) return `${word} is no flag of it`;
    else if (!word.startsWith('--')) given += 1;
  }
  const taken = (entry.takes ?? '').split(' ').filter(Boolean).length;
  return given > taken ? `it takes ${taken} arguments` : null;
}

function byLength(a: CommandEntry, b: CommandEntry): number {
  return b.name.length - a.name.length;
}

test('documents name only commands that exist, with flags and arguments they take', () => {
  const lines = ['README.md', ...globSync('docs/**/*.md')].flatMap(commandLines);
  assert.ok(lines.length > 10, 'there are commands');
  const refused = lines.map((line) => [line, refusal(line)]).filter(([, reason]) => reason !== null);
  assert.deepEqual(refused, []);
});

test('a command that is documented wrongly is found', () => {
  assert.equal(refusal('key rotate RS256'), 'it takes 0 arguments');
  assert.equal(refusal('key rotate --algo RS256'), '--algo is no flag of it');
  assert.equal(refusal('kye rotate'), 'there is no such command');
});

// Whether a command line is one that `gatehouse` takes.
import type { CommandEntry } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { OptionsSchema } from '../../src/config/config.ts';

const OPTION_FLAGS = Object.keys(OptionsSchema.properties).map((name) => `--${name.replaceAll('_', '-')}`);

/** Why this line, without the program, would be refused; null when it would not. */
export function commandRefusal(line: string): string | null {
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

// The five commands that every noun of a tenant has, as lines of the command table.
import type { CommandEntry, Flag, RunCommand } from '../command.ts';
import type { Noun } from './noun.ts';
import { LIMIT, MEMBERS, TENANT } from './noun-flags.ts';

interface Example {
  readonly create: string;
  readonly update: string;
  readonly name: string;
}

type Verb = 'create' | 'list' | 'show' | 'update' | 'delete';

/** The five verbs that every noun of a tenant has; the first may have `more` flags and examples. */
export function nounEntries(
  noun: string,
  takes: string,
  load: () => Promise<Noun>,
  example: Example,
  more: { readonly flags: readonly Flag[]; readonly examples: readonly string[] } = { flags: [], examples: [] },
): CommandEntry[] {
  const a = `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
  const run = (verb: Verb) => async (): Promise<RunCommand> => (await import('./verbs.ts')).verbsOf(await load())[verb];
  return [
    {
      name: `${noun} create`,
      takes,
      summary: `Create ${a}; its members are those of the tenant file.`,
      examples: [`${noun} create ${example.create}`, ...more.examples],
      flags: [...more.flags, ...MEMBERS, TENANT],
      load: run('create'),
    },
    {
      name: `${noun} list`,
      summary: `List every ${noun}.`,
      examples: [`${noun} list`, `${noun} list --json`],
      flags: [LIMIT, TENANT],
      load: run('list'),
    },
    {
      name: `${noun} show`,
      takes,
      summary: `Show ${a} with all its members. Secrets are not shown.`,
      examples: [`${noun} show ${example.name}`],
      flags: [TENANT],
      load: run('show'),
    },
    {
      name: `${noun} update`,
      takes,
      summary: `Change members of ${a}; the others stay.`,
      examples: [`${noun} update ${example.update}`],
      flags: [...MEMBERS, TENANT],
      load: run('update'),
    },
    {
      name: `${noun} delete`,
      takes,
      summary: `Delete ${a}, with what belongs to it.`,
      examples: [`${noun} delete ${example.name}`],
      flags: [TENANT],
      load: run('delete'),
    },
  ];
}

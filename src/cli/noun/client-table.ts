// The commands about clients, as lines of the command table.
import type { CommandEntry } from '../command.ts';
import { nounEntries } from './noun-entries.ts';
import { TENANT } from './noun-flags.ts';

/** The commands. */
export const CLIENT_COMMANDS: readonly CommandEntry[] = [
  ...nounEntries(
    'client',
    '<client>',
    async () => (await import('./client-noun.ts')).clientNoun,
    {
      create: 'CLI --set app_type=native --set grant_types=password',
      update: 'CLI --set web_origins=https://app.example.com',
      name: 'CLI',
    },
    {
      flags: [
        { form: '--management', words: 'a machine client of the Management API; its secret is shown once' },
        { form: '--scopes <list>', words: 'what it may do there, separated by commas (default: everything)' },
      ],
      examples: [
        'client create Deployments --management',
        'client create Reports --management --scopes read:users,read:logs',
      ],
    },
  ).map((entry) =>
    entry.name === 'client create'
      ? { ...entry, load: async () => (await import('./management-client.ts')).createClient }
      : entry,
  ),
  {
    name: 'client rotate-secret',
    takes: '<client>',
    summary: 'Make a new secret for a client, shown this once; the old one may go on working for a while.',
    examples: ['client rotate-secret Backend --keep-old-for 86400'],
    flags: [{ form: '--keep-old-for <seconds>', words: 'how long the old secret works too (default: 0)' }, TENANT],
    load: async () => (await import('./client-verbs.ts')).rotateSecret,
  },
];

// The commands about actions. Part of noun-table.ts.
import type { CommandEntry } from '../command.ts';
import { nounEntries } from './noun-entries.ts';
import { TENANT, tryFlags } from './noun-flags.ts';

/** In the order of the help. */
export const ACTION_COMMANDS: readonly CommandEntry[] = [
  ...nounEntries('action', '<name>', async () => (await import('./action-noun.ts')).actionNoun, {
    create: 'only-staff --set code=only-staff.js',
    update: 'only-staff --set deployed=false',
    name: 'only-staff',
  }),
  {
    name: 'action bind',
    takes: '<names>',
    summary: 'Run exactly these actions after logins, in this order. Names are separated by commas; - stands for none.',
    examples: ['action bind only-staff,add-roles', 'action bind -'],
    flags: [TENANT],
    load: async () => (await import('./bind-verb.ts')).bindActions,
  },
  {
    name: 'action try',
    takes: '<file>',
    summary: 'Run an action on a user as a login would, and show what it does. Lets nobody in and stores nothing.',
    examples: [
      'action try only-staff.js --user ada@example.com',
      'action try only-staff.js --user ada@example.com --client CLI --set STAFF_DOMAIN=example.com --json',
    ],
    flags: tryFlags('a value that the action finds in event.secrets; the stored ones stay unseen'),
    load: async () => (await import('./try-verbs.ts')).tryAction,
  },
];

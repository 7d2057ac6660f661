// The commands about rules. Part of noun-table.ts.
import type { CommandEntry } from '../command.ts';
import { nounEntries } from './noun-entries.ts';
import { tryFlags } from './noun-flags.ts';

/** In the order of the help. */
export const RULE_COMMANDS: readonly CommandEntry[] = [
  ...nounEntries('rule', '<name>', async () => (await import('./rule-noun.ts')).ruleNoun, {
    create: '"Only staff" --set script=only-staff.js --set order=1',
    update: '"Only staff" --set enabled=false',
    name: '"Only staff"',
  }),
  {
    name: 'rule try',
    takes: '<file>',
    summary: 'Run a rule on a user as a login would, and show what it does. Lets nobody in and stores nothing.',
    examples: [
      'rule try only-staff.js --user ada@example.com',
      'rule try only-staff.js --user ada@example.com --client CLI --audience https://orders.example.com --json',
    ],
    flags: tryFlags('a value that the rule finds in configuration; the stored ones stay unseen'),
    load: async () => (await import('./try-verbs.ts')).tryRule,
  },
];

// The commands about administrators, as lines of the command table.
import type { CommandEntry } from '../command.ts';
import { TENANT } from './noun-flags.ts';

/** The commands. */
export const ADMINISTRATOR_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'admin create',
    takes: '<email>',
    summary: 'Make an administrator of a tenant; the password is typed unseen, or read from standard input.',
    examples: ['admin create ada@example.com', 'admin create eve@example.com --viewer --env PASSWORD'],
    flags: [
      { form: '--viewer', words: 'may look at everything but secrets, and change nothing' },
      { form: '--env <name>', words: 'read the password from this environment variable instead' },
      TENANT,
    ],
    load: async () => (await import('./administrator-verbs.ts')).createAdmin,
  },
  {
    name: 'admin list',
    summary: 'List the administrators of a tenant.',
    examples: ['admin list'],
    flags: [TENANT],
    load: async () => (await import('./administrator-verbs.ts')).listAdmins,
  },
];

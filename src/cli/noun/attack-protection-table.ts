// The commands about attack protection: one line of the command table for each.
import type { CommandEntry } from '../command.ts';
import { LIMIT, SET, TENANT } from './noun-flags.ts';

/** Settings of one tenant; there is nothing to create or to delete. */
export const ATTACK_PROTECTION_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'attack-protection show',
    summary: 'Show the settings of attack protection, defaults too.',
    examples: ['attack-protection show', 'attack-protection show --json'],
    flags: [TENANT],
    load: async () => (await import('./attack-protection-verbs.ts')).showAttackProtection,
  },
  {
    name: 'attack-protection update',
    summary: 'Change settings of attack protection; the others stay, and an empty value brings the default back.',
    examples: [
      'attack-protection update --set bruteForceProtection.max_attempts=5',
      'attack-protection update --set suspiciousIpThrottling.allowlist=203.0.113.9,2001:db8::/32',
    ],
    flags: [SET, TENANT],
    load: async () => (await import('./attack-protection-verbs.ts')).updateAttackProtection,
  },
  {
    name: 'attack-protection blocks',
    summary: 'List what is blocked now: who, from which address, until when.',
    examples: ['attack-protection blocks', 'attack-protection blocks --limit 200 --json'],
    flags: [TENANT, LIMIT],
    load: async () => (await import('./attack-protection-blocks.ts')).listBlocks,
  },
  {
    name: 'attack-protection unblock',
    summary:
      'End the blocks of a user or an address, and forget what was counted. Works beside a running server, at once.',
    examples: ['attack-protection unblock --user user@example.com', 'attack-protection unblock --ip 192.0.2.1'],
    flags: [
      { form: '--user <name>', words: 'user id, e-mail address or user name; also a name that nobody has' },
      { form: '--ip <address>', words: 'an address; of an IPv6 address its whole /64' },
      { form: '--connection <name>', words: 'only in this connection (default: in all of them)' },
      TENANT,
    ],
    load: async () => (await import('./attack-protection-blocks.ts')).unblock,
  },
];

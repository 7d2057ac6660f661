// The commands about attack protection: one line of the command table for each.
import type { CommandEntry } from '../command.ts';
import { SET, TENANT } from './noun-flags.ts';

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
];

// What the domain does about wrong passwords, and whether the connection stays below that.
import type { Entry } from 'ldapts';
import type { ActiveDirectoryOptions } from '../../connection/active-directory-options.ts';
import type { Search } from '../ldap/ldap-connections.ts';
import { firstOf } from '../ldap/ldap-entry.ts';
import { type PlannedStep, ProbeFinding } from '../probe-steps.ts';

/** A step that reads the policy of the domain and compares it with the bind budget. */
export function lockoutPolicyStep(options: ActiveDirectoryOptions, search: Search): PlannedStep {
  return {
    name: 'read the lockout policy of the domain',
    async take() {
      const [root] = await search('', { scope: 'base', attributes: ['defaultNamingContext'] });
      const domain = root === undefined ? null : firstOf(root, 'defaultNamingContext');
      const attributes = ['lockoutThreshold', 'lockOutObservationWindow'];
      const [policy] = domain === null ? [] : await search(domain, { scope: 'base', attributes });
      const threshold = policy ? firstOf(policy, 'lockoutThreshold') : null;
      if (!policy || threshold === null) {
        throw new ProbeFinding('The account that searches may not read the policy of the domain.');
      }
      return compare(Number(threshold), policy, options);
    },
  };
}

function compare(threshold: number, policy: Entry, { maxBadBinds, badBindWindowMs }: ActiveDirectoryOptions): string {
  if (threshold === 0) return 'The domain locks nobody out.';
  const windowMinutes = minutesOf(firstOf(policy, 'lockOutObservationWindow'));
  const domain = `The domain locks an account at ${threshold} wrong passwords within ${windowMinutes} minutes`;
  if (maxBadBinds >= threshold) {
    return `WARNING: ${domain}, and max_bad_binds passes on ${maxBadBinds}: anybody can lock anybody out. Set it to ${Math.max(1, threshold - 1)} or less.`;
  }
  if (badBindWindowMs < windowMinutes * 60_000) {
    return `WARNING: ${domain}, and bad_bind_window_minutes is only ${badBindWindowMs / 60_000}: set it to ${windowMinutes} or more.`;
  }
  return `${domain}; max_bad_binds passes on ${maxBadBinds} within ${badBindWindowMs / 60_000}.`;
}

/** From a negative count of 100 nanoseconds ([MS-ADA2] 2.310). */
function minutesOf(interval: string | null): number {
  return Math.ceil(Math.abs(Number(interval ?? 0)) / 600_000_000);
}

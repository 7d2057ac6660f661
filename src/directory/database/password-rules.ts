// The rules of a password policy in words, and which of them a password does not keep: for the page on which people choose one.

import type { CheckedRule } from 'password-sheriff';
import type { PasswordPolicy, PasswordPolicyName } from '../../connection/database-options.ts';
import { Secret } from '../../lib/secret.ts';
import { strengthRules } from './password-strength.ts';

/** A rule; `kept` is null where it was not looked at. */
export interface PasswordRule {
  readonly words: string;
  readonly kept: boolean | null;
  /** What it consists of; empty as a rule. */
  readonly parts: readonly PasswordRule[];
}

/** The rules of the policy, and how this password stands to those of its strength; null for no password. */
export function passwordRules(policy: PasswordPolicy, password: Secret | null): readonly PasswordRule[] {
  const rules = strengthRules(policy, password ?? new Secret('')).map((rule) => toRule(rule, password !== null));
  const others = [
    ...(policy.dictionary === null ? [] : ['None of the most common passwords']),
    ...(policy.refusesPersonalInfo ? ['Without your name or your address'] : []),
    ...(policy.historySize === 0 ? [] : ['None that you had lately']),
  ];
  return [...rules, ...others.map((words) => ({ words, kept: null, parts: [] }))];
}

const LEAST_LENGTHS: Readonly<Record<PasswordPolicyName, number>> = {
  none: 1,
  low: 6,
  fair: 8,
  good: 8,
  excellent: 10,
};

/** The least number of characters. */
export function leastLength({ level, minLength }: PasswordPolicy): number {
  return minLength ?? LEAST_LENGTHS[level];
}

function toRule({ message, format = [], verified, items = [] }: CheckedRule, isLookedAt: boolean): PasswordRule {
  const values = [...format];
  return {
    words: message.replaceAll(/%[ds]/g, () => String(values.shift() ?? '')),
    kept: isLookedAt ? verified : null,
    parts: items.map((item) => toRule(item, isLookedAt)),
  };
}

// The rules of a password policy in words, and which of them a password does not keep: for the page on which people choose one.
import createSheriff, { type SheriffRule } from 'password-sheriff';
import type { PasswordPolicyName } from '../../connection/connection.ts';
import type { Secret } from '../../lib/secret.ts';

/** A rule; `kept` is null while there is no password to look at. */
export interface PasswordRule {
  readonly words: string;
  readonly kept: boolean | null;
  /** What it consists of; empty as a rule. */
  readonly parts: readonly PasswordRule[];
}

/** The rules of the policy, and how this password stands to them. */
export function passwordRules(policy: PasswordPolicyName, password: Secret | null): readonly PasswordRule[] {
  const sheriff = createSheriff(policy);
  const rules = password === null ? sheriff.explain() : sheriff.missing(password.reveal()).rules;
  return rules.map(toRule);
}

function toRule({ message, format = [], verified, items = [] }: SheriffRule): PasswordRule {
  const values = [...format];
  return {
    words: message.replaceAll(/%[ds]/g, () => String(values.shift() ?? '')),
    kept: verified ?? null,
    parts: items.map(toRule),
  };
}

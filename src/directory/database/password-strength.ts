// How strong a password is, by the rules of Auth0's own library. Called by password-policy.ts, and for administrators, who have
// one fixed policy.
import sheriff, { type CheckedRule, type Checker, type Rules } from 'password-sheriff';
import type { PasswordPolicy } from '../../connection/database-options.ts';
import type { Secret } from '../../lib/secret.ts';

type Strength = Pick<PasswordPolicy, 'level' | 'minLength'>;

/** A password that is too weak: every rule and how the password stands to it, and the rules for people, one a line. */
export interface Weakness {
  readonly rules: readonly CheckedRule[];
  readonly policy: string;
}

const { lowerCase, upperCase, numbers, specialCharacters } = sheriff.charsets;
const THREE_KINDS = { atLeast: 3, expressions: [lowerCase, upperCase, numbers, specialCharacters] };

/** The library's five policies; it does not give them away, and one with another length must be made anew. */
const LEVELS: Readonly<Record<PasswordPolicy['level'], Rules>> = {
  none: { length: { minLength: 1 } },
  low: { length: { minLength: 6 } },
  fair: { length: { minLength: 8 }, contains: { expressions: [lowerCase, upperCase, numbers] } },
  good: { length: { minLength: 8 }, containsAtLeast: THREE_KINDS },
  excellent: { length: { minLength: 10 }, containsAtLeast: THREE_KINDS, identicalChars: { max: 2 } },
};

/** How the password falls short; null for one that is strong enough. */
export function weaknessOf(strength: Strength, password: Secret): Weakness | null {
  const checker = checkerOf(strength);
  const { rules, verified } = checker.missing(password.reveal());
  return verified ? null : { rules, policy: checker.toString() };
}

/** Every rule, and how this password stands to it. */
export function strengthRules(strength: Strength, password: Secret): readonly CheckedRule[] {
  return checkerOf(strength).missing(password.reveal()).rules;
}

function checkerOf({ level, minLength }: Strength): Checker {
  const rules = LEVELS[level];
  return new sheriff.PasswordPolicy(minLength === null ? rules : { ...rules, length: { minLength } });
}

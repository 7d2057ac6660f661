// What a connection asks of a new password, in Auth0's words: its strength, that it is not a common one, and that it holds no
// name of the user. What the user had lately is looked at by new-password.ts.
import type { PasswordPolicy } from '../../connection/database-options.ts';
import { searchKey } from '../../lib/fold-case.ts';
import type { Secret } from '../../lib/secret.ts';
import type { User } from '../../user/user.ts';
import { isCommonPassword } from './common-password.ts';
import { type Weakness, weaknessOf } from './password-strength.ts';

/** Why a password was not taken. */
export type PasswordProblemName =
  | 'PasswordStrengthError'
  | 'PasswordDictionaryError'
  | 'PasswordNoUserInfoError'
  | 'PasswordHistoryError';

/** What is wrong with a new password. */
export interface PasswordProblem {
  readonly name: PasswordProblemName;
  readonly message: string;
  /** For a password that is too weak; null for any other. */
  readonly weakness: Weakness | null;
}

/** The names that a password must not hold. */
export type NamesOfPerson = Pick<User, 'name' | 'nickname' | 'username' | 'email' | 'userMetadata'>;

const MESSAGES: Readonly<Record<PasswordProblemName, string>> = {
  PasswordStrengthError: 'Password is too weak',
  PasswordDictionaryError: 'Password is too common',
  PasswordNoUserInfoError: 'Password contains user information',
  PasswordHistoryError: 'Password has previously been used',
};

/** The parts of `user_metadata` in which Auth0 looks for names. */
const NAMES_IN_METADATA = ['name', 'first', 'last'] as const;
/** A shorter name is in so many words that hardly a password would be left. */
const SHORTEST_NAME = 3;

/** The problem of this name. */
export function passwordProblem(name: PasswordProblemName, weakness: Weakness | null = null): PasswordProblem {
  return { name, message: MESSAGES[name], weakness };
}

/** What the policy finds in the password alone, and beside the person's names; null when nothing. */
export async function policyProblem(
  policy: PasswordPolicy,
  password: Secret,
  person: NamesOfPerson,
): Promise<PasswordProblem | null> {
  const weakness = weaknessOf(policy, password);
  if (weakness) return passwordProblem('PasswordStrengthError', weakness);
  const key = searchKey(password.reveal());
  if (
    policy.dictionary &&
    (policy.dictionary.some((word) => searchKey(word) === key) || (await isCommonPassword(key)))
  ) {
    return passwordProblem('PasswordDictionaryError');
  }
  if (policy.refusesPersonalInfo && namesOf(person).some((name) => key.includes(name))) {
    return passwordProblem('PasswordNoUserInfoError');
  }
  return null;
}

/** Each name as a whole, and each of its words. */
function namesOf({ name, nickname, username, email, userMetadata }: NamesOfPerson): string[] {
  const told = NAMES_IN_METADATA.map((member) => userMetadata[member]);
  return [name, nickname, username, email?.slice(0, email.lastIndexOf('@')), ...told]
    .filter((one) => typeof one === 'string')
    .flatMap((one) => [one, ...one.split(/\s+/)].map((word) => searchKey(word.trim())))
    .filter((word) => word.length >= SHORTEST_NAME);
}

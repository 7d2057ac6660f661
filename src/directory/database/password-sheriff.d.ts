// Types of password-sheriff, which brings none.
declare module 'password-sheriff' {
  export type Charset = object;

  /** One rule and how a password stands to it; `message` has places for the values of `format`. */
  export interface CheckedRule {
    readonly message: string;
    readonly code: string;
    readonly format?: readonly (number | string)[];
    /** What it consists of, each as such a rule. */
    readonly items?: readonly CheckedRule[];
    readonly verified: boolean;
  }

  export interface Rules {
    readonly length: { readonly minLength: number };
    readonly contains?: { readonly expressions: readonly Charset[] };
    readonly containsAtLeast?: { readonly atLeast: number; readonly expressions: readonly Charset[] };
    readonly identicalChars?: { readonly max: number };
  }

  export interface Checker {
    /** Every rule and how the password stands to it. */
    missing(password: string): { readonly rules: readonly CheckedRule[]; readonly verified: boolean };
    /** The rules for people, one a line. */
    toString(): string;
  }

  interface Sheriff {
    /** The library's own policy of this name. */
    (policyName: string): Checker;
    readonly PasswordPolicy: new (rules: Rules) => Checker;
    readonly charsets: Readonly<Record<'upperCase' | 'lowerCase' | 'numbers' | 'specialCharacters', Charset>>;
  }
  const sheriff: Sheriff;
  export default sheriff;
}

// Types of password-sheriff, which brings none.
declare module 'password-sheriff' {
  /** A rule; its message has a place for each value of `format`. */
  export interface SheriffRule {
    readonly message: string;
    readonly format?: readonly (string | number)[];
    readonly items?: readonly SheriffRule[];
    /** Of a password that was looked at. */
    readonly verified?: boolean;
  }
  interface Sheriff {
    /** True when the password meets the policy. */
    check(password: string): boolean;
    /** Its rules. */
    explain(): readonly SheriffRule[];
    /** Its rules, and which of them the password keeps. */
    missing(password: string): { readonly rules: readonly SheriffRule[]; readonly verified: boolean };
  }
  /** The checker of the policy of this name: `none`, `low`, `fair`, `good` or `excellent`. */
  export default function createSheriff(policyName: string): Sheriff;
}

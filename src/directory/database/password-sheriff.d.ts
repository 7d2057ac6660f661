// Types of password-sheriff, which brings none.
declare module 'password-sheriff' {
  interface Sheriff {
    /** True when the password meets the policy. */
    check(password: string): boolean;
  }
  /** The checker of the policy of this name: `none`, `low`, `fair`, `good` or `excellent`. */
  export default function createSheriff(policyName: string): Sheriff;
}

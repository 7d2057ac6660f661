// The second table of docs/security.md: what no test keeps, and why. A row leaves this list for security-threats.ts or
// security-rows.ts when it has a test; a row in neither list fails test/docs/security-rows.test.ts.

/** A row that is not met. */
export interface MissingRow {
  readonly id: string;
  readonly danger: string;
  /** One sentence. */
  readonly reason: string;
}

/** By kind and number. */
export const NOT_MET: readonly MissingRow[] = [];

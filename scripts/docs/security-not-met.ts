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
export const NOT_MET: readonly MissingRow[] = [
  { id: 'F-21', danger: 'A log that cannot be written', reason: 'No test yet.' },
  { id: 'L-09', danger: 'A log flooded with one failure', reason: 'No test yet.' },
  { id: 'L-10', danger: 'Events that are kept for ever', reason: 'No test yet.' },
  { id: 'L-12', danger: 'Secrets in core dumps and swap', reason: 'No test yet.' },
];

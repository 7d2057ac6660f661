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
  {
    id: 'T-40',
    danger: 'A fault in the middle of a login that lets somebody in',
    reason: 'No test yet that fails each storage call of a login in turn.',
  },
  { id: 'F-02', danger: 'A disk that is full', reason: 'No test yet.' },
  { id: 'F-03', danger: 'Any single storage call that fails', reason: 'No test yet.' },
  {
    id: 'F-04',
    danger: 'PostgreSQL away for a minute',
    reason: 'Outages are tested in F-05, but not yet for a minute under load, with its times.',
  },
  { id: 'F-19', danger: 'No file descriptors, no memory, or a thread that dies', reason: 'No test yet.' },
  { id: 'F-20', danger: 'Exceptions that nobody expected', reason: 'No test yet.' },
  { id: 'F-23', danger: 'Twenty minutes of load with hostile requests in it', reason: 'No test yet.' },
];

// How often tests repeat what only many tries show: a few times in `npm test`, oftener in `npm run test:faults`, and as often as
// the promise says with --full. The counts of all of them stand here and nowhere else.
import { FULL_VARIABLE, record } from './figure.ts';

/** In `npm test`, in a fault run, in a full one. */
const COUNTS = {
  'ways in which each call to the database fails': [3, 5, 5],
  'uses of one refresh token at once, rounds': [50, 100, 1000],
  'uses of one refresh token at two servers at once, rounds': [50, 100, 1000],
  'sign-ups of one name at two servers at once, rounds': [5, 10, 200],
  'throws at once, and again with a log that throws': [50, 250, 500],
  'servers that were killed': [4, 10, 200],
  'inputs for each parser': [1000, 5000, 100_000],
} as const;

type Repeated = keyof typeof COUNTS;

/** How often this is to be done. */
export function countOf(what: Repeated): number {
  const [usual, faultRun, full] = COUNTS[what];
  const variable = process.env[FULL_VARIABLE];
  if (variable === undefined) return usual;
  return variable === '1' ? full : faultRun;
}

/** Tells a fault run that it was done, and went well every time. */
export function recordDone(what: Repeated): void {
  if (process.env[FULL_VARIABLE] === undefined) return;
  record([{ name: what, value: countOf(what), unit: 'count', atLeast: countOf(what) }]);
}

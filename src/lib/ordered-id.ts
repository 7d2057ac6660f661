// Ids in the order of time, so that they are also what rows are listed, ranged and counted by.

/** Where the day stands in an id, counted from 1 as SQL does. */
export const DAY_IN_ORDERED_ID = { from: 4, length: 8 } as const;

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What ids made at this instant begin with, in milliseconds since 1970 UTC; those of later ones come after all of them. */
export function orderedIdAt(instant: number): string {
  // Auth0: the ids of its log events begin so.
  return `900${new Date(Math.min(instant, LAST_INSTANT)).toISOString().replace(/\D/g, '')}`;
}

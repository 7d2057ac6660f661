// Ids of log events: in the order of time, so that they are also what events are listed, ranged and counted by.
import { randomHex } from '../lib/id.ts';

/** Makes the id of an event that happens at this time (milliseconds since 1970 UTC). */
export type NextLogId = (date: number) => string;

/** Where the day stands in an id, counted from 1 as SQL does. */
export const DAY_IN_LOG_ID = { from: 4, length: 8 } as const;

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What the ids begin with of events at this instant, in milliseconds since 1970 UTC; ids of later ones come after it. */
export function logIdAt(instant: number): string {
  return `900${new Date(Math.min(instant, LAST_INSTANT)).toISOString().replace(/\D/g, '')}`;
}

/** Ordered by time and, within a millisecond of one node, by number; the random end keeps two nodes apart. */
export function createLogIds(): NextLogId {
  let serial = 0;
  return (date) => {
    serial = (serial + 1) % 1_000_000;
    return `${logIdAt(date)}${String(serial).padStart(6, '0')}${randomHex(16)}`;
  };
}

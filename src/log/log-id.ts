// Ids of log events, in the order in which events happened.
import { randomHex } from '../lib/id.ts';
import { orderedIdAt } from '../lib/ordered-id.ts';

/** Makes the id of an event that happens at this time (milliseconds since 1970 UTC). */
export type NextLogId = (date: number) => string;

/** Ordered by time and, within a millisecond of one node, by number; the random end keeps two nodes apart. */
export function createLogIds(): NextLogId {
  let serial = 0;
  return (date) => {
    serial = (serial + 1) % 1_000_000;
    return `${orderedIdAt(date)}${String(serial).padStart(6, '0')}${randomHex(16)}`;
  };
}

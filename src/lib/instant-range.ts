// What a date or time means that somebody wrote down: the stretch of time it covers, a day for `2026-01-31` and a
// millisecond for `2026-01-31T10:00:00.000Z`.

/** Milliseconds since 1970-01-01 UTC; `to` is the first one that does not belong to it. */
export interface InstantRange {
  readonly from: number;
  readonly to: number;
}

const ISO_8601 =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const MINUTE_MS = 60_000;

/** The stretch that an ISO 8601 date or time of the years 0000 to 9999 covers; null for anything else. Without an offset it is UTC. */
export function readInstantRange(text: string): InstantRange | null {
  const [, ...parts] = ISO_8601.exec(text) ?? [];
  if (parts.length === 0) return null;
  const [year = '', month, day, hour, minute, second, fraction, offset] = parts;
  const numbers = [
    Number(year),
    Number(month ?? 1) - 1,
    Number(day ?? 1),
    ...[hour ?? 0, minute ?? 0, second ?? 0, (fraction ?? '').padEnd(3, '0')].map(Number),
  ];
  // The last part that was written is the one whose next value no longer belongs to it.
  const last = [year, month, day, hour, minute, second, fraction].findLastIndex((part) => part !== undefined);
  const from = instantOf(numbers);
  if (from === null || !isSame(from, numbers)) return null;
  const to = instantOf(numbers.map((number, index) => (index === last ? number + 1 : number)));
  const shift = offsetMs(offset);
  return to === null || shift === null ? null : { from: from - shift, to: to - shift };
}

function instantOf([year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0, ms = 0]: number[]): number | null {
  const date = new Date(0);
  // Unlike Date.UTC, this takes the years 0 to 99 as they are.
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, ms);
  return Number.isNaN(date.getTime()) ? null : date.getTime();
}

/** False for a 31st of February, which runs over into March. */
function isSame(instant: number, [, month, day, hour, minute, second]: number[]): boolean {
  const date = new Date(instant);
  const [sameMonth, sameDay] = [date.getUTCMonth() === month, date.getUTCDate() === day];
  const sameTime = date.getUTCHours() === hour && date.getUTCMinutes() === minute && date.getUTCSeconds() === second;
  return sameMonth && sameDay && sameTime;
}

function offsetMs(offset: string | undefined): number | null {
  if (offset === undefined || offset === 'Z') return 0;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

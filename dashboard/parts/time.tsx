// A moment, as people say it, with the exact time behind it.
import { useEffect, useState } from 'react';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const REFRESH_MS = 30_000;

/** Shows `at`, in ISO 8601 or milliseconds since 1970. */
export function Time({ at }: { readonly at: string | number }) {
  const date = new Date(at);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const distance = date.getTime() - now;
  const [unit, size] = UNITS.find(([, milliseconds]) => Math.abs(distance) >= milliseconds) ?? ['second', 1000];
  return (
    <time dateTime={date.toISOString()} title={exact.format(date)} style={{ whiteSpace: 'nowrap' }}>
      {Math.abs(distance) > 30 * 86_400_000 ? exact.format(date) : relative.format(Math.round(distance / size), unit)}
    </time>
  );
}

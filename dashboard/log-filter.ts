// Which log events a page shows: as the address says it, and as the API's search text.
import { LOG_TYPES, type LogTone, logTypesOf } from './log-event.ts';

/** The filter, by the names it has in the address; an empty text is no condition. */
export interface LogFilter {
  /** `success`, `failure` or `change`. */
  readonly outcome: string;
  readonly type: string;
  readonly client: string;
  readonly connection: string;
  /** A user id, or a name as it was typed. */
  readonly user: string;
  /** From when, and until when, as a `datetime-local` field writes it: in the time of the browser. */
  readonly from: string;
  readonly to: string;
  /** What somebody typed in the API's own query syntax. */
  readonly q: string;
}

const NAMES = ['outcome', 'type', 'client', 'connection', 'user', 'from', 'to', 'q'] as const;
const TONES: readonly string[] = ['success', 'failure', 'change'] satisfies LogTone[];

/** The filter of an address. */
export function readLogFilter(parameters: URLSearchParams): LogFilter {
  const values = NAMES.map((name) => [name, parameters.get(name) ?? '']);
  return Object.fromEntries(values) as Record<keyof LogFilter, string>;
}

/** True when nothing is left out. */
export function isEmptyFilter(filter: LogFilter): boolean {
  return NAMES.every((name) => filter[name] === '');
}

/** The search text of the filter; empty for all events. */
export function searchTextOf({ outcome, type, client, connection, user, from, to, q }: LogFilter): string {
  const conditions = [
    TONES.includes(outcome) ? `type:(${logTypesOf(outcome as LogTone).join(' OR ')})` : '',
    LOG_TYPES.includes(type) ? `type:${type}` : '',
    client === '' ? '' : `client_id:${quoted(client)}`,
    connection === '' ? '' : `connection:${quoted(connection)}`,
    user === '' ? '' : `(user_id:${quoted(user)} OR user_name:${quoted(user)})`,
    from === '' && to === '' ? '' : `date:[${instant(from)} TO ${instant(to)}]`,
    q.trim() === '' ? '' : `(${q.trim()})`,
  ];
  return conditions.filter(Boolean).join(' AND ');
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function instant(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '*' : at.toISOString();
}

// Whose names attack protection refused. It refuses before anybody is looked up, so its events name nobody; but an earlier
// attempt on the same name has the same fingerprint, and says whose name it is when somebody has it.
import { useApi } from './api-client.ts';
import type { LogEvent } from './log-event.ts';

const DAY_MS = 86_400_000;

/** The events, with the user where it could be found; as they are until the answer is there. */
export function useBlockedNames(events: readonly LogEvent[]): readonly LogEvent[] {
  const unnamed = events.filter(({ user_id: id, user_name_fp: fingerprint }) => !id && fingerprint);
  const fingerprints = new Set(unnamed.map(({ user_name_fp: fingerprint }) => fingerprint));
  // What blocks a name was counted within a day before; nothing older is looked at.
  const oldest = Math.min(...unnamed.map(({ date }) => Date.parse(date))) - DAY_MS;
  const query = new URLSearchParams({
    q: `type:(fp OR sepft) AND user_name_fp:(${[...fingerprints].map((one) => `"${one}"`).join(' OR ')})${
      unnamed.length === 0 ? '' : ` AND date:[${new Date(oldest).toISOString()} TO *]`
    }`,
    per_page: '50',
    fields: 'user_id,user_name,user_name_fp',
  });
  const { data = [] } = useApi<readonly LogEvent[]>(`/logs?${query}`, { enabled: unnamed.length > 0 });
  const known = new Map(data.map((event) => [event.user_name_fp, event]));
  return events.map((event) => {
    const found = event.user_id ? undefined : known.get(event.user_name_fp);
    return found ? { ...event, user_id: found.user_id ?? null, user_name: found.user_name ?? null } : event;
  });
}

// Searches and counts of log events, for the Management API: whatever has to look at many events.
import { sql } from 'kysely';
import { DAY_IN_ORDERED_ID, orderedIdAt } from '../lib/ordered-id.ts';
import type { NotRead } from '../storage/bounded-read.ts';
import type { Database } from '../storage/database.ts';
import { type Found, readSearch, type SearchRequest } from '../storage/search-request.ts';
import { conditionSql } from '../storage/search-sql.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { LogEventType } from './log-event.ts';

import { LOG_SEARCH } from './log-search.ts';

export type LogSearchStore = ReturnType<typeof createLogSearchStore>;

/** A search of log events. */
export interface LogSearchRequest extends SearchRequest {
  /** Only events of this user; null for all. */
  readonly userId: string | null;
}

/** The logins of one day. */
export interface LoginsOfDay {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly logins: number;
}

/** Events that say that somebody logged in. */
const LOGIN_TYPES: readonly LogEventType[] = ['sepft'];
const DAY_MS = 24 * 60 * 60 * 1000;

/** Builds it. */
export function createLogSearchStore(database: Database) {
  return {
    /** The events that the request asks for as Auth0 prints them, in its order: the newest first as a rule. */
    async search(tenantId: TenantId, request: LogSearchRequest): Promise<Found<Record<string, unknown>>> {
      const reading = readSearch(request, LOG_SEARCH);
      if (reading.kind === 'problem') return reading;
      const { condition, direction, offset, limit } = reading.search;
      const { userId, wantsTotal } = request;
      const meeting = database.sql
        .selectFrom('log_events')
        .where('tenant_id', '=', tenantId)
        .where(conditionSql(condition, database.engine))
        .$if(userId !== null, (query) => query.where('user_id', '=', userId));
      const page = meeting.select('event').orderBy('log_id', direction).limit(limit).offset(offset).compile();
      const count = meeting.select((row) => row.fn.countAll<number>().as('total')).compile();
      const read = await database.readBounded(tenantId, wantsTotal ? [page, count] : [page]);
      if (read.kind !== 'read') return read;
      const [rows, totals] = read.rows as readonly [{ event: string }[], { total: number }[]?];
      return {
        kind: 'found',
        items: rows.map((row) => JSON.parse(row.event) as Record<string, unknown>),
        total: totals?.[0]?.total ?? null,
      };
    },

    /** How many logins there were on each day from the first to the last, both instants in milliseconds; days without are left out. */
    async countLoginsByDay(
      tenantId: TenantId,
      first: number,
      last: number,
    ): Promise<{ readonly kind: 'counted'; readonly days: readonly LoginsOfDay[] } | NotRead> {
      const day = sql<string>`substr(log_id, ${sql.lit(DAY_IN_ORDERED_ID.from)}, ${sql.lit(DAY_IN_ORDERED_ID.length)})`;
      const query = database.sql
        .selectFrom('log_events')
        .select((row) => [day.as('day'), row.fn.countAll<number>().as('logins')])
        .where('tenant_id', '=', tenantId)
        .where('type', 'in', LOGIN_TYPES)
        .where('log_id', '>=', orderedIdAt(startOfDay(first)))
        .where('log_id', '<', orderedIdAt(startOfDay(last) + DAY_MS))
        .groupBy(day)
        .orderBy(day)
        .compile();
      const read = await database.readBounded(tenantId, [query]);
      if (read.kind !== 'read') return read;
      const rows = (read.rows[0] ?? []) as readonly LoginsOfDay[];
      return {
        kind: 'counted',
        days: rows.map((row) => ({ ...row, day: row.day.replace(/^(.{4})(..)(..)$/, '$1-$2-$3') })),
      };
    },
  };
}

function startOfDay(instant: number): number {
  return instant - (((instant % DAY_MS) + DAY_MS) % DAY_MS);
}

// Management: what happened in the tenant, and how many logged in.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { isCheckpoint, PAGE_QUERY } from '../management/pagination.ts';
import { foundReply, notRead, type SearchQuery, searchOf } from '../management/search-reply.ts';
import type { UserSearchStore } from '../user/user-search-store.ts';
import type { LogSearchStore } from './log-search-store.ts';
import type { LogStore } from './log-store.ts';

interface Parts {
  readonly stores: { readonly logs: LogStore };
  readonly logSearch: LogSearchStore;
  readonly userSearch: UserSearchStore;
  readonly clock: Clock;
}

const TAG = 'logs';
const SEARCH_QUERY = {
  ...PAGE_QUERY,
  sort: Type.Optional(Type.String({ maxLength: 128, description: '`date:1` or `date:-1` (default).' })),
};
const LIST_QUERY = Type.Object(
  {
    ...SEARCH_QUERY,
    ...FIELDS_QUERY,
    q: Type.Optional(Type.String({ maxLength: 1024, description: 'A search in Lucene’s query syntax.' })),
    search: Type.Optional(Type.String({ maxLength: 1024, description: 'What Auth0’s newer libraries call `q`.' })),
    from: Type.Optional(Type.String({ maxLength: 128, description: 'Only events after the one of this log_id.' })),
    take: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'How many, when walking by `from`.' })),
  },
  { additionalProperties: false },
);
const DAY = Type.String({ pattern: '^\\d{8}$', description: 'As YYYYMMDD, in UTC.' });
const DAY_MS = 24 * 3600 * 1000;
const ACTIVE_DAYS = 30;

/** The endpoints of logs and of statistics. */
export function createLogEndpoints({ stores, logSearch, userSearch, clock }: Parts): Endpoint[] {
  async function search(call: Call, query: SearchQuery, userId: string | null, show: (event: object) => unknown) {
    return foundReply(query, 'logs', await logSearch.search(call.tenant.id, { ...searchOf(query), userId }), show);
  }

  return [
    endpoint({
      method: 'GET',
      path: '/logs',
      tag: TAG,
      summary: 'List or search log events, the newest first; by `from` all of them, the oldest first',
      scopes: ['read:logs', 'read:logs_users'],
      query: LIST_QUERY,
      example: { query: { q: 'type:fp', per_page: '10' } },
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const filter = fieldFilter(query);
        const q = query.q ?? query.search ?? '';
        if (!isCheckpoint(query)) return search(call, { ...query, q }, null, filter);
        const events = await stores.logs.listAfter(tenant.id, query.from ?? '', query.take ?? 50);
        return events.map(filter);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/logs/{id}',
      tag: TAG,
      summary: 'Show a log event',
      scopes: ['read:logs', 'read:logs_users'],
      params: { id: { description: 'The log_id.', example: '900202601151200000000000001f2e3d4c5b6a79880' } },
      status: 200,
      async handle({ tenant, params }) {
        const event = await stores.logs.findById(tenant.id, params['id'] ?? '');
        if (!event) throw apiRefusals.missing('log event');
        return event;
      },
    }),
    endpoint({
      method: 'GET',
      path: '/users/{id}/logs',
      tag: 'users',
      summary: 'List the log events of a user',
      scopes: ['read:logs', 'read:logs_users'],
      params: { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } },
      query: Type.Object(SEARCH_QUERY, { additionalProperties: false }),
      status: 200,
      handle: (call) => search(call, call.query, call.params['id'] ?? '', (event) => event),
    }),
    endpoint({
      method: 'GET',
      path: '/stats/active-users',
      tag: 'stats',
      summary: 'How many users logged in during the last 30 days',
      scopes: ['read:stats'],
      status: 200,
      async handle({ tenant }) {
        const counted = await userSearch.countActive(tenant.id, clock.now() - ACTIVE_DAYS * DAY_MS);
        if (counted.kind !== 'counted') throw notRead(counted);
        return counted.users;
      },
    }),
    endpoint({
      method: 'GET',
      path: '/stats/daily',
      tag: 'stats',
      summary: 'How many logins there were on each day; the last 30 days when no days are named',
      scopes: ['read:stats'],
      query: Type.Object({ from: Type.Optional(DAY), to: Type.Optional(DAY) }, { additionalProperties: false }),
      example: { query: { from: '20260101', to: '20260131' } },
      status: 200,
      async handle({ tenant, query }) {
        const last = query.to === undefined ? clock.now() : readDay('to', query.to);
        const first = query.from === undefined ? last - (ACTIVE_DAYS - 1) * DAY_MS : readDay('from', query.from);
        if (first > last) throw apiRefusals.invalidQuery("'The first day is after the last one' on property from.");
        const counted = await logSearch.countLoginsByDay(tenant.id, first, last);
        if (counted.kind !== 'counted') throw notRead(counted);
        return counted.days.map(({ day, logins }) => ({
          date: `${day}T00:00:00.000Z`,
          logins,
          signups: 0,
          leaked_passwords: 0,
          created_at: `${day}T00:00:00.000Z`,
          updated_at: `${day}T00:00:00.000Z`,
        }));
      },
    }),
  ];
}

function readDay(name: string, text: string): number {
  const at = Date.parse(text.replace(/^(.{4})(..)(..)$/, '$1-$2-$3T00:00:00Z'));
  if (Number.isNaN(at)) throw apiRefusals.invalidQuery(`'The day does not exist' on property ${name}.`);
  return at;
}

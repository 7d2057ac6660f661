// What log events can be searched by, under the names that Auth0's logs have for it.
import { orderedIdAt } from '../lib/ordered-id.ts';
import { memberPath, type SearchField, type SearchFields } from '../storage/search-condition.ts';
import type { SearchShape } from '../storage/search-request.ts';

const COLUMNS: ReadonlyMap<string, SearchField> = new Map<string, SearchField>([
  ['log_id', { type: 'exact', column: 'log_events.log_id' }],
  ['_id', { type: 'exact', column: 'log_events.log_id' }],
  ['date', { type: 'instant', column: 'log_events.log_id', stamp: orderedIdAt }],
  ['type', { type: 'exact', column: 'log_events.type' }],
  ['client_id', { type: 'exact', column: 'log_events.client_id' }],
  ['user_id', { type: 'exact', column: 'log_events.user_id' }],
]);

/** Members of the event that are looked for where it is kept as a whole. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...['description', 'connection', 'connection_id', 'client_name', 'ip', 'client_ip', 'user_agent', 'hostname'],
  ...['user_name', 'user_name_fp', 'audience', 'scope', 'strategy', 'strategy_type', 'tenant_name'],
]);

const FIELDS: SearchFields = {
  find(name) {
    const column = COLUMNS.get(name);
    if (column) return column;
    const path = MEMBERS.has(name) || name.startsWith('details.') ? memberPath(name) : null;
    return path && { type: 'json', column: 'log_events.event', path };
  },
  unnamed: ['type', 'client_id', 'client_name', 'user_id', 'user_name', 'ip', 'connection', 'description'],
};

/** Searches of log events. Their ids are in the order of their dates. */
export const LOG_SEARCH: SearchShape = {
  fields: FIELDS,
  orders: new Map([
    ['date', { column: 'log_events.log_id' }],
    ['log_id', { column: 'log_events.log_id' }],
  ]),
  usualSort: 'date:-1',
};

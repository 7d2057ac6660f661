// The tables of the tenant log and of what follows it, as TypeScript sees them.
import type { Generated } from 'kysely';

export interface LogEventsTable {
  /** The order in which events were stored; see `createSettledPosition`. */
  position: Generated<number>;
  tenant_id: string;
  log_id: string;
  date: number;
  type: string;
  client_id: string | null;
  user_id: string | null;
  /** Null for what no request did, and for events of the first versions. */
  request_id: string | null;
  event: string;
}

export interface LogStreamsTable {
  tenant_id: string;
  id: string;
  name: string;
  /** `active`, `paused` or `suspended`. */
  status: string;
  /** A list in JSON; empty for every category. */
  categories: string;
  start_from: number | null;
  endpoint: string;
  content_type: string;
  content_format: string;
  secrets_sealed: string;
  created_at: number;
}

export interface LogCursorsTable {
  /** Of a stream, or the name of a sink of the operator's. */
  id: string;
  /** Null for a sink of the operator's, which gets the events of every tenant. */
  tenant_id: string | null;
  /** Of the last event that was delivered. */
  position: number;
  /** The server that works for it; null for none. */
  holder: string | null;
  held_until: number;
  /** When it is to be tried again. */
  due_at: number;
  attempts: number;
  failing_since: number | null;
  last_error: string | null;
  delivered_at: number | null;
  /** How many events were pruned before they could be delivered. */
  missed: number;
}

export interface LogChainTable {
  /** Always 1. */
  id: number;
  key_sealed: string;
  /** The position up to which all events are sealed. */
  sealed_through: number;
}

export interface LogSealsTable {
  tenant_id: string;
  /** From 1, without gaps. */
  number: number;
  first_position: number;
  last_position: number;
  /** The latest date of its events. */
  last_date: number;
  /** A digest of each of its events, with its place; see `log-seal.ts`. */
  entries: string;
  link: string;
  /** That its events were pruned, signed; null while they are there. */
  pruned_mark: string | null;
}

export interface LogErasuresTable {
  tenant_id: string;
  position: number;
  /** As it was sealed. */
  digest: string;
  /** Without the name. */
  erased_digest: string;
  /** Both, signed. */
  mark: string;
}

export interface LogErasureOrdersTable {
  tenant_id: string;
  user_id: string;
  deleted_at: number;
  /** The last event that was looked at. */
  after_log_id: string;
  due_at: number;
}

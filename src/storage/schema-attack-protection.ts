// The tables of attack protection, as TypeScript sees them.
import type { Flag } from './flag.ts';

/** What a tenant set of its attack protection. */
export interface AttackProtectionTable {
  tenant_id: string;
  /** The `attackProtection` section of the tenant file, with all its members. */
  settings: string;
  updated_at: number;
}

/** What is counted of attempts to log in; every row says itself how it counts. */
export interface AttemptCountersTable {
  tenant_id: string;
  /** Keyed hash of what is counted. */
  key: string;
  kind: string;
  /** Keyed hash of the name that was tried; null for a counter of an address. */
  identifier_key: string | null;
  /** The user of that name, once a failure showed that there is one. */
  user_id: string | null;
  /** The address or network the attempts came from; null where it takes no part. */
  address: string | null;
  /** What one attempt costs, and how much may be spent: 1 and a number of failures, or milliseconds that pass by again. */
  unit: number;
  capacity: number;
  /** Spent units; for a counter that drains the instant at which all will have drained. */
  spent: number;
  drains: Flag;
  /** 1 when a success sets it back. */
  resets: Flag;
  /** Milliseconds from the last failure to the end, once all is spent. */
  blocks_for: number;
  /** Attempts under way, by the 15 seconds in which they began. */
  reserved: number;
  reserved_before: number;
  reserved_epoch: number;
  expires_at: number;
}

/** A client and address that have logged a name in. */
export interface KnownSourcesTable {
  tenant_id: string;
  /** Keyed hash of name, client and address. */
  key: string;
  identifier_key: string;
  seen_at: number;
  expires_at: number;
}

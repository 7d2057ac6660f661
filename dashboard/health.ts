// What the API says about the health of the server: its shape.

/** A minute of the last hour; a time is null when there was nothing to time. */
export interface HealthMinute {
  readonly at: string;
  readonly logins: number;
  readonly failures: number;
  readonly turned_away: number;
  readonly queue_wait_ms_p50: number | null;
  readonly queue_wait_ms_p99: number | null;
  readonly took_ms_p50: number | null;
}

/** A connection that asks another server about passwords. */
export interface DirectoryHealth {
  readonly connection_id: string;
  readonly name: string;
  readonly strategy: string;
  readonly state: 'working' | 'resting' | 'unknown';
  readonly resting_until: string | null;
  readonly in_flight: number;
  readonly last_outage: { readonly reason: string; readonly at: string } | null;
}

/** What `GET /api/v2/health` answers. */
export interface Health {
  readonly node: string;
  readonly version: string;
  readonly started_at: string;
  readonly database: { readonly engine: string; readonly answers_in_ms: number };
  readonly hashing: {
    readonly slots: number;
    readonly busy: number;
    readonly waiting: number;
    readonly budget_ms: number;
  };
  readonly directories: readonly DirectoryHealth[];
  readonly minutes: readonly HealthMinute[];
}

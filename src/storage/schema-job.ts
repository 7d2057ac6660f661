// The tables of jobs, as TypeScript sees them.

/** Work that goes on after the request that asked for it. */
export interface JobsTable {
  tenant_id: string;
  id: string;
  type: string;
  /** `pending`, `processing`, `completed` or `failed`. */
  status: string;
  connection_id: string | null;
  external_id: string | null;
  /** What its type needs to know beside. */
  settings: string;
  /** A fingerprint of the file that a command reads; null for a job whose file is in `job_data`. */
  source: string | null;
  bytes_total: number;
  bytes_done: number;
  /** Records that are dealt with: a job that was interrupted begins after them. */
  records_done: number;
  inserted: number;
  updated: number;
  failed: number;
  /** Why the whole of it failed. */
  failure: string | null;
  /** The process that works on it, until an instant that it keeps moving. */
  claimed_by: string | null;
  claimed_until: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

/** The file that a job reads or has made, in pieces. */
export interface JobDataTable {
  tenant_id: string;
  job_id: string;
  position: number;
  /** Base64. */
  content: string;
}

/** A record that a job could do nothing with, and why; without secrets. */
export interface JobErrorsTable {
  tenant_id: string;
  job_id: string;
  /** The number of the record in its file, from 0. */
  position: number;
  entry: string;
}

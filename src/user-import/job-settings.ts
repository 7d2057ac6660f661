// What the two types of user jobs need to know, as it is kept in the row of the job. Written by user-jobs.ts and the command
// line, read by run-job.ts.
import type { Job } from '../job/job.ts';
import type { IdentitySource } from '../user/identity.ts';

/** The connection that users are imported into. */
export interface ImportConnection extends IdentitySource {
  /** True when its users have user names. */
  readonly requiresUsername: boolean;
}

export interface ImportSettings {
  readonly connection: ImportConnection;
  /** True changes users who are there already. */
  readonly upsert: boolean;
  /** Auth0's option; it is kept and told, and no such mail is sent. */
  readonly sendCompletionEmail: boolean;
}

/** A column of an export: where it is in the user, and how it is called. */
export interface ExportField {
  /** Such as `user_metadata.plan` or `identities[0].connection`. */
  readonly name: string;
  readonly exportAs: string;
}

/** What an export holds when nobody says which fields. */
export const DEFAULT_FIELDS: readonly ExportField[] = [
  ...['user_id', 'email', 'email_verified', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture'],
  ...['created_at', 'updated_at', 'last_login', 'logins_count', 'blocked'],
].map((name) => ({ name, exportAs: name }));

export interface ExportSettings {
  readonly format: 'json' | 'csv';
  /** Users at most; null for all. */
  readonly limit: number | null;
  readonly fields: readonly ExportField[];
}

/** The settings of an import; they were written by this program. */
export function importSettingsOf({ settings }: Job): ImportSettings {
  return settings as unknown as ImportSettings;
}

/** The settings of an export; they were written by this program. */
export function exportSettingsOf({ settings }: Job): ExportSettings {
  return settings as unknown as ExportSettings;
}

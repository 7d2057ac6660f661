// A user, as the pages about people know them.

/** An account of a user in one connection. */
export interface Identity {
  readonly user_id: string;
  readonly provider: string;
  /** Missing for a connection that is gone. */
  readonly connection?: string;
}

/** A user as the API prints it; what is not known of somebody is missing. */
export interface User {
  readonly user_id: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly username?: string;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly nickname?: string;
  readonly phone_number?: string;
  readonly picture?: string;
  readonly identities: readonly Identity[];
  readonly groups?: readonly string[];
  readonly blocked?: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_login?: string;
  readonly last_ip?: string;
  readonly logins_count?: number;
  readonly user_metadata?: Readonly<Record<string, unknown>>;
  readonly app_metadata?: Readonly<Record<string, unknown>>;
}

/** What to call somebody. */
export function calledName({ name, email, username, user_id: id }: User): string {
  return name ?? email ?? username ?? id;
}

/** True for somebody whose names and password are kept here, not in another directory. */
export function isDatabaseUser({ identities: [main] }: User): boolean {
  return main?.provider === 'auth0';
}

/** True for somebody whom only the command line of the server changes. */
export function isAdministrator({ identities }: User): boolean {
  return identities.some(({ connection }) => connection === 'gatehouse-administrators');
}

/** Of the API and of the dashboard alike: an id has letters that an address must not have as they are. */
export function userPath(id: string): string {
  return `/users/${encodeURIComponent(id)}`;
}

// The tables of users: people, their accounts, the names they log in with, and password hashes.
import type { Flag } from './flag.ts';

export interface UsersTable {
  tenant_id: string;
  user_id: string;
  email: string | null;
  email_verified: Flag;
  username: string | null;
  phone_number: string | null;
  phone_verified: Flag;
  name: string | null;
  given_name: string | null;
  family_name: string | null;
  middle_name: string | null;
  nickname: string | null;
  picture: string | null;
  blocked: Flag;
  user_metadata: string;
  app_metadata: string;
  /** What the user's directory told last: group names, and attributes; null for a user of our own database. */
  upstream_groups: string | null;
  upstream_attributes: string | null;
  /** What the user is searched by: the name without its letter case, empty text for none. */
  email_key: string;
  username_key: string;
  name_key: string;
  nickname_key: string;
  last_login: number | null;
  last_ip: string | null;
  logins_count: number;
  created_at: number;
  updated_at: number;
}

export interface IdentitiesTable {
  tenant_id: string;
  connection_id: string;
  /** The account's id inside its connection: what stands after the last bar of the first identity's `user_id`. */
  identity_id: string;
  user_id: string;
  provider: string;
  /** The profile (JSON) that the account had as a user of its own; null unless it was linked to this one. */
  linked_profile: string | null;
}

export interface LoginIdentifiersTable {
  tenant_id: string;
  connection_id: string;
  /** The canonical form of an e-mail address or user name (user/identifier.ts); unique within the connection. */
  identifier: string;
  identity_id: string;
}

export interface CredentialsTable {
  tenant_id: string;
  connection_id: string;
  identity_id: string;
  password_hash: string;
  updated_at: number;
}

export interface PasswordHistoryTable {
  tenant_id: string;
  connection_id: string;
  identity_id: string;
  /** Counts the account's changes of password; the present one stands in `credentials`. */
  sequence: number;
  password_hash: string;
}

export interface HashKindsTable {
  tenant_id: string;
  connection_id: string;
  /** Algorithm and cost, such as `argon2id$m=19456,t=2,p=1`: which kinds of work a login in this connection may cost. */
  kind: string;
}

/** Accounts that moved in from another server at a login. */
export interface UserMovesTable {
  tenant_id: string;
  connection_id: string;
  identity_id: string;
  moved_at: number;
}

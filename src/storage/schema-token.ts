// The tables of refresh tokens and of what /userinfo says beside the profile. Part of schema.ts.
import type { Flag } from './flag.ts';

/** One login's refresh token, with all that took its place. */
export interface RefreshTokensTable {
  tenant_id: string;
  id: string;
  user_id: string;
  client_id: string;
  /** Where the user logged in. */
  connection_id: string;
  /** The API; null for a token that opens the userinfo endpoint only. */
  audience: string | null;
  /** What was granted at the login. */
  scope: string;
  /** The tokens are made of it: whoever reads the row without the master key can make none. */
  secret_sealed: string;
  rotating: Flag;
  /** How often the token was replaced. */
  counter: number;
  created_at: number;
  /** When the newest token was made. */
  replaced_at: number;
  used_at: number | null;
  /** However much it is used; null for never. */
  expires_at: number | null;
  /** The earlier one of this end and that of idleness, or when it was revoked; null for none of them. */
  ends_at: number | null;
  revoked_at: number | null;
}

/** What code put into the ID token of a user's last login at a client. */
export interface UserinfoClaimsTable {
  tenant_id: string;
  user_id: string;
  client_id: string;
  /** A JSON object. */
  claims: string;
  /** When the login's tokens were made, in seconds since 1970 UTC. */
  issued_at: number;
}

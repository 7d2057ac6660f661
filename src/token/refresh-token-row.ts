// How refresh tokens lie in their table, for refresh-token-store.ts.
import type { RefreshTokensTable } from '../storage/schema-token.ts';
import type { UsersTable } from '../storage/schema-user.ts';
import type { RefreshToken } from './refresh-token.ts';

/** A token beside its user, whose columns keep their names. */
export type HeldRow = UsersTable & Omit<RefreshTokensTable, 'created_at'> & { readonly issued_at: number };

/** The token of a row. */
export function toRefreshToken(row: RefreshTokensTable): RefreshToken {
  return {
    id: row.id,
    userId: row.user_id,
    clientId: row.client_id,
    connectionId: row.connection_id,
    audience: row.audience,
    scope: row.scope === '' ? [] : row.scope.split(' '),
    rotating: row.rotating === 1,
    counter: row.counter,
    createdAt: row.created_at,
    replacedAt: row.replaced_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    endsAt: row.ends_at,
    revokedAt: row.revoked_at,
  };
}

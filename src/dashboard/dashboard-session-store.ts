// Sessions of administrators in the dashboard: rows in, rows out. Of the value that a browser holds only a digest is kept.
import { createHash } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import type { Database } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserId } from '../user/user.ts';

/** A session that somebody opened. */
export interface DashboardSession {
  readonly userId: UserId;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Which sessions count at a moment. */
export interface SessionLimits {
  /** Milliseconds since 1970: sessions opened at this time or before have ended. */
  readonly openedAfter: number;
  /** Milliseconds since 1970: sessions last used at this time or before have ended. */
  readonly seenAfter: number;
}

export type DashboardSessionStore = ReturnType<typeof createDashboardSessionStore>;

/** Reads and writes the sessions. */
export function createDashboardSessionStore({ sql: database, transaction }: Pick<Database, 'sql' | 'transaction'>) {
  return {
    /** Opens a session, and drops those of the tenant that have ended. */
    async open(
      tenantId: TenantId,
      session: Secret,
      userId: UserId,
      { openedAfter, seenAfter }: SessionLimits,
      now: number,
    ): Promise<void> {
      await transaction(async (sql) => {
        await sql
          .deleteFrom('dashboard_sessions')
          .where('tenant_id', '=', tenantId)
          .where((either) => either.or([either('created_at', '<=', openedAfter), either('seen_at', '<=', seenAfter)]))
          .execute();
        await sql
          .insertInto('dashboard_sessions')
          .values({
            ...{ tenant_id: tenantId, session_digest: digestOf(session), user_id: userId },
            ...{ created_at: now, seen_at: now },
          })
          .execute();
      });
    },

    /** The session, noted as seen now; null when there is none or it has ended. */
    async use(
      tenantId: TenantId,
      session: Secret,
      { openedAfter, seenAfter }: SessionLimits,
      now: number,
    ): Promise<DashboardSession | null> {
      const row = await database
        .updateTable('dashboard_sessions')
        .set({ seen_at: now })
        .where('tenant_id', '=', tenantId)
        .where('session_digest', '=', digestOf(session))
        .where('created_at', '>', openedAfter)
        .where('seen_at', '>', seenAfter)
        .returning(['user_id', 'created_at'])
        .executeTakeFirst();
      return row ? { userId: row.user_id as UserId, createdAt: row.created_at } : null;
    },

    /** Ends the session; nothing happens when there is none. */
    async close(tenantId: TenantId, session: Secret): Promise<void> {
      await database
        .deleteFrom('dashboard_sessions')
        .where('tenant_id', '=', tenantId)
        .where('session_digest', '=', digestOf(session))
        .execute();
    },
  };
}

/** The value is random enough that guessing at its digest is no easier than guessing at it. */
function digestOf(session: Secret): string {
  return createHash('sha256').update(session.reveal()).digest('base64url');
}

// Tickets: rows in, rows out. Deleting a row is using the ticket, and the database lets one caller delete it.
import { createHash } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserId } from '../user/user.ts';
import type { Ticket, TicketKind } from './ticket.ts';

export type TicketStore = ReturnType<typeof createTicketStore>;

/** Reads and writes tickets. */
export function createTicketStore(database: Sql) {
  const deletion = prepare<{ before: number; most: number }, { readonly ticket_digest: string }>(database, (sql) =>
    sql
      .deleteFrom('tickets')
      .where((eb) =>
        eb(
          eb.refTuple('tenant_id', 'ticket_digest'),
          'in',
          eb
            .selectFrom('tickets as old')
            .select(['old.tenant_id', 'old.ticket_digest'])
            .where('old.expires_at', '<=', param<number>('before'))
            .orderBy('old.expires_at')
            .limit(param<number>('most'))
            .$asTuple('tenant_id', 'ticket_digest'),
        ),
      )
      .returning('ticket_digest'),
  );

  return {
    async insert(tenantId: TenantId, secret: Secret, ticket: Ticket, sql: Sql = database): Promise<void> {
      await sql
        .insertInto('tickets')
        .values({
          tenant_id: tenantId,
          ticket_digest: digestOf(secret),
          kind: ticket.kind,
          user_id: ticket.userId,
          client_id: ticket.clientId,
          email: ticket.email,
          result_url: ticket.resultUrl,
          includes_email: ticket.includesEmail ? 1 : 0,
          verifies_email: ticket.verifiesEmail ? 1 : 0,
          block_key: ticket.blockKey,
          created_at: ticket.createdAt,
          expires_at: ticket.expiresAt,
        })
        .execute();
    },

    /** The ticket, whether it has expired or not; null for one that there is not, or that was used. */
    async find(tenantId: TenantId, kind: TicketKind, secret: Secret): Promise<Ticket | null> {
      const row = await database
        .selectFrom('tickets')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('ticket_digest', '=', digestOf(secret))
        .where('kind', '=', kind)
        .executeTakeFirst();
      if (!row) return null;
      return {
        kind,
        userId: row.user_id as UserId,
        clientId: row.client_id,
        email: row.email,
        resultUrl: row.result_url,
        includesEmail: row.includes_email === 1,
        verifiesEmail: row.verifies_email === 1,
        blockKey: row.block_key,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      };
    },

    /** Uses the ticket up; false when somebody else has, or when it has expired. */
    async use(tenantId: TenantId, kind: TicketKind, secret: Secret, now: number, sql: Sql): Promise<boolean> {
      const { numDeletedRows } = await sql
        .deleteFrom('tickets')
        .where('tenant_id', '=', tenantId)
        .where('ticket_digest', '=', digestOf(secret))
        .where('kind', '=', kind)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },

    /** Takes a ticket back that nobody got to see. */
    async withdraw(tenantId: TenantId, secret: Secret): Promise<void> {
      await database
        .deleteFrom('tickets')
        .where('tenant_id', '=', tenantId)
        .where('ticket_digest', '=', digestOf(secret))
        .execute();
    },

    /** How many tickets of this kind were made for the user since this instant and are still here. */
    async countSince(tenantId: TenantId, kind: TicketKind, userId: string, since: number): Promise<number> {
      const { count } = await database
        .selectFrom('tickets')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('kind', '=', kind)
        .where('created_at', '>', since)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    /** Ends all tickets by which the user's password could be changed. */
    async endPasswordChanges(tenantId: TenantId, userId: string, sql: Sql): Promise<void> {
      await sql
        .deleteFrom('tickets')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('kind', '=', 'password-change' satisfies TicketKind)
        .execute();
    },

    /** Deletes at most so many tickets of all tenants that expired at this time or before, and returns their digests. */
    deletionOf: (before: number, most: number): Effect<{ readonly ticket_digest: string }> => ({
      query: deletion.bind({ before, most }),
    }),
  };
}

/** The secret is random enough that guessing at its digest is no easier than guessing at it. */
function digestOf(secret: Secret): string {
  return createHash('sha256').update(secret.reveal()).digest('base64url');
}

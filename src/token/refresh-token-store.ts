// Refresh tokens: rows in, rows out. Never cached. What a use of a token changes is an effect, so that it goes to the disk in
// one piece with the log event of the use, or not at all.
import { sql as raw, type Selectable } from 'kysely';
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { RefreshTokensTable } from '../storage/schema-token.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';
import { toUser } from '../user/user-row.ts';
import type { KeyedRefreshToken, RefreshToken } from './refresh-token.ts';
import { type HeldRow, toRefreshToken } from './refresh-token-row.ts';

/** A use of a token that may be used as often as its client likes. */
export interface Use {
  readonly id: string;
  readonly now: number;
  readonly endsAt: number | null;
}

/** A use of a token that is replaced by it. */
export interface Turn extends Use {
  /** The counter of the text that was used: the next one takes its place. */
  readonly counter: number;
  /** When the text was replaced already, it must have been then or later, in milliseconds since 1970 UTC. */
  readonly replacedSince: number;
  readonly expiresAt: number | null;
}

/** Most tokens of one user and client that live at once: when there is another one, the oldest goes. */
const MOST_OF_USER_AND_CLIENT = 200;
/** More than there can be. */
const ALL = 1000;

export type RefreshTokenStore = ReturnType<typeof createRefreshTokenStore>;

/** Reads and writes refresh tokens. */
export function createRefreshTokenStore(database: Sql, vault: Vault) {
  const byId = prepare<{ tenantId: string; id: string }, Selectable<RefreshTokensTable>>(database, (sql) =>
    sql
      .selectFrom('refresh_tokens')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('id', '=', param<string>('id')),
  );
  const withUser = prepare<{ tenantId: string; id: string }, HeldRow>(database, (sql) =>
    sql
      .with(
        (held) => held('held').materialized(),
        (within) =>
          within
            .selectFrom('refresh_tokens')
            .selectAll()
            .where('tenant_id', '=', param<string>('tenantId'))
            .where('id', '=', param<string>('id')),
      )
      .selectFrom('held')
      .innerJoin('users', (join) =>
        join.onRef('users.tenant_id', '=', 'held.tenant_id').onRef('users.user_id', '=', 'held.user_id'),
      )
      .selectAll('users')
      .select([
        ...(['id', 'client_id', 'connection_id', 'audience', 'scope', 'secret_sealed', 'rotating', 'counter'] as const),
        ...(['replaced_at', 'used_at', 'expires_at', 'ends_at', 'revoked_at', 'held.created_at as issued_at'] as const),
      ]),
  );
  const insertion = prepare<Record<keyof RefreshTokensTable, unknown>, unknown>(database, (sql) =>
    sql.insertInto('refresh_tokens').values({
      tenant_id: param('tenant_id'),
      id: param('id'),
      user_id: param('user_id'),
      client_id: param('client_id'),
      connection_id: param('connection_id'),
      audience: param('audience'),
      scope: param('scope'),
      secret_sealed: param('secret_sealed'),
      rotating: param('rotating'),
      counter: param('counter'),
      created_at: param('created_at'),
      replaced_at: param('replaced_at'),
      used_at: param('used_at'),
      expires_at: param('expires_at'),
      ends_at: param('ends_at'),
      revoked_at: param('revoked_at'),
    }),
  );
  const oldest = prepare<{ tenantId: string; userId: string; clientId: string; now: number }, unknown>(
    database,
    (sql) =>
      sql
        .updateTable('refresh_tokens')
        .set({ revoked_at: param<number>('now'), ends_at: param<number>('now') })
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('id', 'in', (query) =>
          query
            .selectFrom('refresh_tokens')
            .select('id')
            .where('tenant_id', '=', param<string>('tenantId'))
            .where('user_id', '=', param<string>('userId'))
            .where('client_id', '=', param<string>('clientId'))
            .where('revoked_at', 'is', null)
            .where((either) => either.or([either('ends_at', 'is', null), either('ends_at', '>', param<number>('now'))]))
            .orderBy('created_at', 'desc')
            .limit(ALL)
            .offset(MOST_OF_USER_AND_CLIENT - 1),
        ),
  );
  const use = prepare<Pick<Use, keyof Use> & { tenantId: string }, unknown>(database, (sql) =>
    sql
      .updateTable('refresh_tokens')
      .set({ used_at: param<number>('now'), ends_at: param<number | null>('endsAt') })
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('id', '=', param<string>('id'))
      .where('revoked_at', 'is', null),
  );
  const turn = prepare<Pick<Turn, keyof Turn> & { tenantId: string; next: number }, unknown>(database, (sql) => {
    const counter = param<number>('counter');
    const next = param<number>('next');
    const isFirst = raw<boolean>`counter = ${counter}`;
    const isAgain = raw<boolean>`counter = ${next} and replaced_at >= ${param<number>('replacedSince')}`;
    return sql
      .updateTable('refresh_tokens')
      .set({
        // Security: of uses that come at once one wins, on whichever server. For the others this breaks the check of the
        // table, and everything that they wanted to write is undone with it.
        counter: raw<number>`case when revoked_at is null and (${isFirst} or (${isAgain})) then ${next} else -1 end`,
        replaced_at: raw<number>`case when ${isFirst} then ${param<number>('now')} else replaced_at end`,
        rotating: 1,
        used_at: param<number>('now'),
        expires_at: param<number | null>('expiresAt'),
        ends_at: param<number | null>('endsAt'),
      })
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('id', '=', param<string>('id'));
  });
  const revocation = prepare<{ tenantId: string; id: string; now: number }, { id: string }>(database, (sql) =>
    sql
      .updateTable('refresh_tokens')
      .set({ revoked_at: param<number>('now'), ends_at: param<number>('now') })
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('id', '=', param<string>('id'))
      .where('revoked_at', 'is', null)
      .returning('id'),
  );
  const revocationOfOthers = prepare<
    { tenantId: string; id: string; userId: string; clientId: string; audience: string; now: number },
    unknown
  >(database, (sql) =>
    sql
      .updateTable('refresh_tokens')
      .set({ revoked_at: param<number>('now'), ends_at: param<number>('now') })
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId'))
      .where('client_id', '=', param<string>('clientId'))
      .where((row) => row(row.fn.coalesce('audience', raw<string>`''`), '=', param<string>('audience')))
      .where('id', '<>', param<string>('id'))
      .where('rotating', '=', 0)
      .where('revoked_at', 'is', null),
  );
  const deletion = prepare<{ before: number; most: number }, { id: string }>(database, (sql) =>
    sql
      .deleteFrom('refresh_tokens')
      .where((eb) =>
        eb(
          eb.refTuple('tenant_id', 'id'),
          'in',
          eb
            .selectFrom('refresh_tokens as old')
            .select(['old.tenant_id', 'old.id'])
            .where('old.ends_at', '<=', param<number>('before'))
            .orderBy('old.ends_at')
            .limit(param<number>('most'))
            .$asTuple('tenant_id', 'id'),
        ),
      )
      .returning('id'),
  );
  const placeOf = (tenantId: string, id: string) => sealedPlace('refresh_tokens', 'secret_sealed', tenantId, id);

  return {
    /** The token of this id, whether it is still good or not; null when there is none. */
    async findById(tenantId: TenantId, id: string): Promise<KeyedRefreshToken | null> {
      const row = await byId.first({ tenantId, id });
      if (!row) return null;
      return { ...toRefreshToken(row), secret: new Secret(vault.open(row.secret_sealed, placeOf(tenantId, id))) };
    },

    /** The same with the user whose it is: one question instead of two, for the path that is asked most. */
    async findWithUser(tenantId: TenantId, id: string): Promise<{ token: KeyedRefreshToken; user: User } | null> {
      const row = await withUser.first({ tenantId, id });
      if (!row) return null;
      const token = toRefreshToken({ ...row, created_at: row.issued_at });
      const secret = new Secret(vault.open(row.secret_sealed, placeOf(tenantId, id)));
      return { token: { ...token, secret }, user: toUser(row) };
    },

    /** The tokens of a user that are good, newest first. */
    async listOfUser(tenantId: TenantId, userId: string, now: number): Promise<RefreshToken[]> {
      const rows = await database
        .selectFrom('refresh_tokens')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where((either) => either.or([either('ends_at', 'is', null), either('ends_at', '>', now)]))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(toRefreshToken);
    },

    /** What a new token writes. The oldest of its user and client goes when there are too many. */
    creationOf(tenantId: TenantId, token: KeyedRefreshToken): Effect[] {
      const { id, userId, clientId, createdAt } = token;
      const row = {
        tenant_id: tenantId,
        id,
        user_id: userId,
        client_id: clientId,
        connection_id: token.connectionId,
        audience: token.audience,
        scope: token.scope.join(' '),
        secret_sealed: vault.seal(token.secret.reveal(), placeOf(tenantId, id)),
        rotating: token.rotating ? 1 : 0,
        counter: token.counter,
        created_at: createdAt,
        replaced_at: token.replacedAt,
        used_at: token.usedAt,
        expires_at: token.expiresAt,
        ends_at: token.endsAt,
        revoked_at: token.revokedAt,
      };
      return [{ query: oldest.bind({ tenantId, userId, clientId, now: createdAt }) }, { query: insertion.bind(row) }];
    },

    /** What a use writes that leaves the token as it is. */
    useOf: (tenantId: TenantId, used: Use): Effect => ({ query: use.bind({ tenantId, ...used }) }),

    /**
     * What a use writes that replaces the token; it cannot be written when the token was revoked, or replaced by another use
     * before `replacedSince`.
     */
    turnOf: (tenantId: TenantId, turned: Turn): Effect => ({
      query: turn.bind({ tenantId, ...turned, next: turned.counter + 1 }),
    }),

    /** Ends the token; returns its id unless it had been revoked. */
    revocationOf: (tenantId: TenantId, id: string, now: number): Effect<{ readonly id: string }> => ({
      query: revocation.bind({ tenantId, id, now }),
    }),

    /** Ends all tokens of the same user, client and API that are not replaced at each use, but for this one. */
    revocationOfOthers({ id, userId, clientId, audience }: RefreshToken, tenantId: TenantId, now: number): Effect {
      const same = { tenantId, id, userId, clientId, audience: audience ?? '', now };
      return { query: revocationOfOthers.bind(same) };
    },

    /** Ends the token; false when there is none, or it had been revoked. */
    async revoke(tenantId: TenantId, id: string, now: number, sql: Sql): Promise<boolean> {
      return (await revocation.all({ tenantId, id, now }, sql)).length > 0;
    },

    /** Ends all tokens of a user; tells how many were good. */
    async revokeOfUser(tenantId: TenantId, userId: string, now: number, sql: Sql): Promise<number> {
      const { numUpdatedRows } = await sql
        .updateTable('refresh_tokens')
        .set({ revoked_at: now, ends_at: now })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where((either) => either.or([either('ends_at', 'is', null), either('ends_at', '>', now)]))
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },

    /** Deletes at most so many tokens of all tenants that ended at this time or before, and returns their ids. */
    deletionOf: (before: number, most: number): Effect<{ readonly id: string }> => ({
      query: deletion.bind({ before, most }),
    }),
  };
}

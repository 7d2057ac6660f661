// Searches and counts of users, for the Management API: whatever has to look at many users.
import { type SqlBool, sql } from 'kysely';
import type { NotRead } from '../storage/bounded-read.ts';
import type { Database } from '../storage/database.ts';
import type { Condition } from '../storage/search-comparison.ts';
import type { SearchCondition } from '../storage/search-condition.ts';
import { type Found, readSearch, type Search, type SearchRequest } from '../storage/search-request.ts';
import { conditionSql } from '../storage/search-sql.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { USER_SEARCH } from './user-search.ts';
import type { StoredUser, UserStore } from './user-store.ts';

export type UserSearchStore = ReturnType<typeof createUserSearchStore>;

/** A search of users. */
export interface UserSearchRequest extends SearchRequest {
  /** Only users who have an account in the connection of this id; null for all. */
  readonly connectionId: string | null;
}

interface Parts {
  readonly database: Database;
  readonly users: Pick<UserStore, 'listByIds'>;
}

/** Builds it. */
export function createUserSearchStore({ database, users }: Parts) {
  const { engine } = database;

  return {
    /** The users that the request asks for, in its order. */
    async search(tenantId: TenantId, request: UserSearchRequest): Promise<Found<StoredUser>> {
      const reading = readSearch(request, USER_SEARCH);
      if (reading.kind === 'problem') return reading;
      const { search } = reading;
      const { connectionId, sort } = request;
      const isUsualList = search.condition.kind === 'everything' && sort === null;
      const { page, count } =
        isUsualList && connectionId !== null
          ? usersOfConnection(tenantId, connectionId, search)
          : usersThatMeet(tenantId, connectionId, search);
      const read = await database.readBounded(tenantId, [page, ...(request.wantsTotal ? [count] : [])]);
      if (read.kind !== 'read') return read;
      const [ids, totals] = read.rows as readonly [{ user_id: string }[], { total: number }[]?];
      const found = await users.listByIds(
        tenantId,
        ids.map((row) => row.user_id),
      );
      return { kind: 'found', items: found, total: totals?.[0]?.total ?? null };
    },

    /** How many users logged in at this instant or later, in milliseconds since 1970 UTC. */
    async countActive(
      tenantId: TenantId,
      since: number,
    ): Promise<{ readonly kind: 'counted'; readonly users: number } | NotRead> {
      const query = database.sql
        .selectFrom('users')
        .select((row) => row.fn.countAll<number>().as('total'))
        .where('tenant_id', '=', tenantId)
        .where('last_login', '>=', since)
        .compile();
      const read = await database.readBounded(tenantId, [query]);
      if (read.kind !== 'read') return read;
      const [[totals] = []] = read.rows as readonly { total: number }[][];
      return { kind: 'counted', users: totals?.total ?? 0 };
    },
  };

  function usersThatMeet(tenantId: TenantId, connectionId: string | null, search: Search) {
    const { condition, order, direction, offset, limit } = search;
    const meeting = database.sql
      .selectFrom('users')
      .where('users.tenant_id', '=', tenantId)
      .where(whereSql(tenantId, condition))
      .$if(connectionId !== null, (query) =>
        query.where(haveIdentity(sql<SqlBool>`identities.connection_id = ${connectionId}`)),
      );
    const column = sql.ref(order.column);
    const sorted = order.missing === undefined ? column : sql`coalesce(${column}, ${sql.lit(order.missing)})`;
    return {
      page: meeting
        .select('users.user_id')
        .orderBy(sorted, direction)
        .orderBy('users.user_id', direction)
        .limit(limit)
        .offset(offset)
        .compile(),
      count: meeting.select((row) => row.fn.countAll<number>().as('total')).compile(),
    };
  }

  /** An index has them in this order, however many or few of the tenant's users they are. */
  function usersOfConnection(tenantId: TenantId, connectionId: string, { offset, limit }: Search) {
    const identities = database.sql
      .selectFrom('identities')
      .where('tenant_id', '=', tenantId)
      .where('connection_id', '=', connectionId);
    return {
      page: identities.select('user_id').distinct().orderBy('user_id').limit(limit).offset(offset).compile(),
      count: identities.select((row) => row.fn.count<number>('user_id').distinct().as('total')).compile(),
    };
  }

  function whereSql(tenantId: TenantId, condition: SearchCondition): Condition {
    return conditionSql(condition, engine, (relation, met) =>
      haveIdentity(
        relation === 'identities'
          ? met
          : sql<SqlBool>`identities.connection_id in
              (select id from connections where connections.tenant_id = ${tenantId} and ${met})`,
      ),
    );
  }

  /** One of the user's identities meets the condition. */
  function haveIdentity(condition: Condition): Condition {
    return sql<SqlBool>`exists (select 1 from identities
      where identities.tenant_id = users.tenant_id and identities.user_id = users.user_id and ${condition})`;
  }
}

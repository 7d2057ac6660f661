// Events about somebody's account that no login is part of, such as a mail that was sent or a password that was set by a link.
// Written in the transaction of the change itself.
import type { Sql } from '../storage/database.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { AccountEventType, LogEvent } from './log-event.ts';
import type { LogStore } from './log-store.ts';
import type { LogRowOf, NewLogEvent } from './log-writer.ts';

type Required = 'description' | 'ip' | 'ipSource' | 'userAgent' | 'hostname' | 'requestId';
type Optional = 'connection' | 'connectionId' | 'clientId' | 'userId' | 'userName' | 'userNameFingerprint';

/** What such an event says; the rest is empty. */
export type AccountEvent = { readonly type: AccountEventType } & Pick<LogEvent, Required> &
  Partial<Pick<LogEvent, Optional>>;

/** Adds the event to the transaction. */
export type AccountLog = (sql: Sql, tenant: Pick<Tenant, 'id' | 'name'>, event: AccountEvent) => Promise<void>;

/** Builds it over the store. */
export function createAccountLog(store: LogStore, rowOf: LogRowOf): AccountLog {
  return async (sql, tenant, event) => {
    const { query } = store.insertionOf(tenant, rowOf(tenant, { ...NOTHING_ELSE, ...event }));
    await sql.executeQuery(query);
  };
}

const NOTHING_ELSE: Omit<NewLogEvent, 'type' | Required> = {
  ...{ connection: null, connectionId: null, strategy: 'auth0', clientId: null, clientName: null },
  ...{ clientIp: null, userId: null, userName: null, userNameFingerprint: null, audience: null, scope: null },
  ...{ durationMs: 0, grantType: null, phases: [], answer: null, reason: null, reuse: null, code: null },
  ...{ warnings: [], turnedAway: 0, auth0Client: null },
};

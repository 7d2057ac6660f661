// Writes one log event for each outcome, stored in one piece with what else the request changed, before it is answered.
import { hostname } from 'node:os';
import type { Clock } from '../lib/clock.ts';
import { cutText } from '../lib/logger.ts';
import type { Effect, GroupCommit } from '../storage/group-commit.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type LogEvent, toWire } from './log-event.ts';
import type { NextLogId } from './log-id.ts';
import type { LogRow, LogStore } from './log-store.ts';

/** An event before it has an id, a time and a node. */
export type NewLogEvent = Omit<LogEvent, 'logId' | 'date' | 'node'>;

/**
 * Stores the event, if there is one, and the effects with it; throws when they cannot be stored, and then nothing may be answered as if they
 * had been.
 */
export type LogWriter = (tenant: Tenant, event: NewLogEvent | null, effects?: readonly Effect[]) => Promise<void>;

/** An event as it is to be stored. */
export type LogRowOf = (tenant: Pick<Tenant, 'name'>, event: NewLogEvent) => LogRow;

/** Gives events an id, a time and a node. User-supplied fields are cut at 256 characters. */
export function createLogRows(nextLogId: NextLogId, clock: Clock): LogRowOf {
  const node = hostname();
  return (tenant, event) => {
    const date = clock.now();
    const complete: LogEvent = {
      ...event,
      userAgent: event.userAgent === null ? null : cutText(event.userAgent),
      userName: event.userName === null ? null : cutText(event.userName),
      audience: event.audience === null ? null : cutText(event.audience),
      scope: event.scope === null ? null : cutText(event.scope),
      hostname: cutText(event.hostname),
      logId: nextLogId(date),
      date,
      node,
    };
    const { logId, type, clientId, userId, requestId } = complete;
    return { logId, date, type, clientId, userId, requestId, wire: toWire(complete, tenant.name) };
  };
}

/** Builds the writer. */
export function createLogWriter(store: LogStore, groupCommit: GroupCommit, rowOf: LogRowOf): LogWriter {
  return async (tenant, event, effects = []) => {
    if (event !== null) await groupCommit.commit([...effects, store.insertionOf(tenant, rowOf(tenant, event))]);
    else if (effects.length > 0) await groupCommit.commit(effects);
  };
}

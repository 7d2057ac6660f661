// Writes one log event for each outcome, stored in one piece with what else the request changed, before it is answered.
import { hostname } from 'node:os';
import type { Clock } from '../lib/clock.ts';
import { randomHex } from '../lib/id.ts';
import { cutText } from '../lib/logger.ts';
import { orderedIdAt } from '../lib/ordered-id.ts';
import type { Effect, GroupCommit } from '../storage/group-commit.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { LogEvent } from './log-event.ts';

import type { LogStore } from './log-store.ts';

/** An event before it has an id, a time and a node. */
export type NewLogEvent = Omit<LogEvent, 'logId' | 'date' | 'node'>;

/**
 * Stores the event, if there is one, and the effects with it; throws when they cannot be stored, and then nothing may be answered as if they
 * had been.
 */
export type LogWriter = (tenant: Tenant, event: NewLogEvent | null, effects?: readonly Effect[]) => Promise<void>;

/** Builds the writer. User-supplied fields are cut at 256 characters. */
export function createLogWriter(store: LogStore, groupCommit: GroupCommit, clock: Clock): LogWriter {
  const node = hostname();
  let serial = 0;

  // Ordered by time and, within a millisecond of one node, by number; the random end keeps two nodes apart.
  function nextLogId(date: number): string {
    serial = (serial + 1) % 1_000_000;
    return `${orderedIdAt(date)}${String(serial).padStart(6, '0')}${randomHex(16)}`;
  }

  return async (tenant, event, effects = []) => {
    if (event === null) {
      if (effects.length > 0) await groupCommit.commit(effects);
      return;
    }
    const date = clock.now();
    const insertion = store.insertionOf(tenant, {
      ...event,
      userAgent: event.userAgent === null ? null : cutText(event.userAgent),
      userName: event.userName === null ? null : cutText(event.userName),
      audience: event.audience === null ? null : cutText(event.audience),
      scope: event.scope === null ? null : cutText(event.scope),
      hostname: cutText(event.hostname),
      logId: nextLogId(date),
      date,
      node,
    });
    await groupCommit.commit([...effects, insertion]);
  };
}

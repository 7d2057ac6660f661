// Brings log events to those that follow the log: each gets every event after its cursor, in the order in which they were
// stored, until it has taken it. Sinks are served side by side, and one that does not answer keeps only itself waiting.
// Started by the command that serves; no login waits for it or asks anything for it.
import type { Clock } from '../lib/clock.ts';
import { createDueWork, type DueWork } from '../lib/due-work.ts';
import { randomHex } from '../lib/id.ts';
import type { Logger } from '../lib/logger.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { FedEvent, LogFeedStore } from '../log/log-feed-store.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SettledPosition } from '../storage/log-position.ts';
import type { LogCursor, LogCursorStore } from './log-cursor-store.ts';
import { DeliveryFailed, type LogSink } from './log-sink.ts';

interface Parts {
  readonly cursors: LogCursorStore;
  readonly feed: LogFeedStore;
  readonly settledPosition: SettledPosition;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What a cursor delivers to; null when this server does not know it. */
  readonly sinkOf: (cursor: LogCursor) => Promise<LogSink | null>;
  /** Gives up a sink that has not taken anything for a long time. */
  readonly suspend: (cursor: LogCursor) => Promise<void>;
  /** A number from 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** Delivers what is due. */
export type StreamSender = DueWork;

const LOOK_EVERY_MS = 1000;
/** Longer than the longest delivery. */
const HOLD_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Each pause is up to so much shorter, so that sinks of one broken server are not tried all at once. */
const JITTER = 0.25;
const SUSPENDED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;
const SINKS_AT_ONCE = 16;

/** Builds it. */
export function createStreamSender(parts: Parts): StreamSender {
  const { cursors, feed, settledPosition, clock, steadyTime, logger, metrics, sinkOf, suspend } = parts;
  const random = parts.random ?? Math.random;
  const holder = randomHex(16);
  /** Cursors behind which there was nothing up to this position. */
  const readUpTo = new Map<string, number>();

  async function deliverAll(cursor: LogCursor, sink: LogSink, upTo: number, signal: AbortSignal): Promise<void> {
    const { id, tenantId } = cursor;
    const next = (after: number) => feed.list(tenantId, after, upTo, sink.mostEvents);
    let events = await next(cursor.position);
    if (events.length > 0) {
      const now = steadyTime.now();
      if (!(await cursors.claim(cursor, holder, now, now + HOLD_MS))) return;
    }
    for (let last = events.at(-1); last; last = events.at(-1)) {
      if (signal.aborted) return cursors.release(id, holder);
      try {
        await deliver(sink, events);
      } catch (error) {
        return failed(cursor, sink, error);
      }
      const now = steadyTime.now();
      if (!(await cursors.advance(id, holder, last.position, now, now + HOLD_MS))) return;
      events = await next(last.position);
    }
    readUpTo.set(id, upTo);
    await cursors.release(id, holder);
  }

  async function deliver(sink: LogSink, events: readonly FedEvent[]): Promise<void> {
    const wanted = events.filter((event) => sink.wants(event));
    if (wanted.length === 0) return;
    await sink.deliver(wanted);
    metrics.logDelivery(sink.kind, 'delivered', wanted.length);
  }

  async function failed(cursor: LogCursor, sink: LogSink, error: unknown): Promise<void> {
    const { id, tenantId } = cursor;
    const now = steadyTime.now();
    // What was delivered a moment ago ended the failures before.
    const { attempts: before, failingSince } = (await cursors.findById(id)) ?? cursor;
    const attempts = before + 1;
    const lastError = error instanceof DeliveryFailed ? error.message : 'the delivery failed';
    metrics.logDelivery(sink.kind, 'failed', 1);
    const since = failingSince ?? now;
    await cursors.fail(id, holder, { attempts, dueAt: now + pauseAfter(attempts), failingSince: since, lastError });
    logger.warn({ err: error, stream: id, tenant: tenantId, attempts }, 'log events could not be delivered');
    if (tenantId === null || now - since < SUSPENDED_AFTER_MS) return;
    await suspend(cursor);
    logger.error({ stream: id, tenant: tenantId }, 'a log stream was suspended: it took nothing for a week');
  }

  /** Twice as long after each failure: whatever happened, events leave within a minute of the other side's return. */
  function pauseAfter(attempts: number): number {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10));
    return Math.round(pause * (1 - JITTER * random()));
  }

  async function work(cursor: LogCursor, upTo: number, signal: AbortSignal): Promise<void> {
    try {
      const sink = await sinkOf(cursor);
      if (sink) await deliverAll(cursor, sink, upTo, signal);
    } catch (error) {
      // It is taken up again when it is held no longer.
      logger.error({ err: error, stream: cursor.id }, 'a log stream could not be worked on');
    }
  }

  return createDueWork({
    ...{ clock, logger, most: SINKS_AT_ONCE, everyMs: LOOK_EVERY_MS, complaint: 'log streams could not be looked at' },
    async listDue() {
      const due = await cursors.listDue(steadyTime.now(), holder);
      if (due.length === 0) return [];
      const upTo = await settledPosition();
      const behind = due.filter(({ id, position }) => position < upTo && (readUpTo.get(id) ?? 0) < upTo);
      return behind.map((cursor) => ({ cursor, upTo }));
    },
    keyOf: ({ cursor }) => cursor.id,
    work: ({ cursor, upTo }, signal) => work(cursor, upTo, signal),
  });
}

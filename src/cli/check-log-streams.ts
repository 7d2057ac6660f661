// Does everything that follows the log keep up?
import type { Check } from '../backup/verify-database.ts';
import type { Configuration } from '../config/config.ts';
import { createLogFeedStore } from '../log/log-feed-store.ts';
import { createLogCursorStore } from '../log-stream/log-cursor-store.ts';
import { OPERATOR_SINKS } from '../log-stream/operator-sinks.ts';
import { createStreamLags } from '../log-stream/stream-lag.ts';
import type { Database } from '../storage/database.ts';

const LONGEST_LAG_SECONDS = 300;

/** One check for each that is active; fails for one that is five minutes behind, or has missed events. */
export async function checkLogStreams(
  { log }: Configuration,
  { sql }: Pick<Database, 'sql'>,
  now: number,
): Promise<Check[]> {
  const operatorSinks = new Set<string>([
    ...(log.eventsFile === null ? [] : [OPERATOR_SINKS.file]),
    ...(log.eventsSyslog === null ? [] : [OPERATOR_SINKS.syslog]),
  ]);
  const lagsOf = createStreamLags({
    ...{ cursors: createLogCursorStore(sql), feed: createLogFeedStore(sql), clock: { now: () => now }, operatorSinks },
  });
  return (await lagsOf()).map(({ cursor, lagSeconds }) => {
    const behind = `${Math.round(lagSeconds)} s behind`;
    const words = [
      behind,
      ...(cursor.lastError === null ? [] : [cursor.lastError]),
      ...(cursor.missed === 0 ? [] : [`${cursor.missed} events were pruned before they were delivered`]),
    ];
    const passed = lagSeconds <= LONGEST_LAG_SECONDS && cursor.missed === 0;
    return { name: `log stream ${cursor.id}`, passed, words: words.join('; ') };
  });
}

// Puts together what brings log events to those who follow the log. Called by app.ts.
import { readFileSync } from 'node:fs';
import { createOutgoingAddresses } from './directory/outgoing-address.ts';
import { createOutgoingHttp, OutgoingFailure } from './directory/outgoing-http.ts';
import type { Ground } from './ground.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import { createLogEraser } from './log/log-eraser.ts';
import { createLogRetention } from './log/log-retention.ts';
import { createLogSealer } from './log/log-sealer.ts';
import { createLogUpkeep, type LogUpkeep } from './log/log-upkeep.ts';
import type { LogCursor } from './log-stream/log-cursor-store.ts';
import type { LogSink } from './log-stream/log-sink.ts';
import { createFileSink, createOutputSink, OPERATOR_SINKS } from './log-stream/operator-sinks.ts';
import { createStreamLags } from './log-stream/stream-lag.ts';
import { createStreamSender, type StreamSender } from './log-stream/stream-sender.ts';
import { createSyslogSink } from './log-stream/syslog-sink.ts';
import { createWebhookSink } from './log-stream/webhook-sink.ts';
import { noMetrics } from './metrics/metrics.ts';
import { createSettledPosition } from './storage/log-position.ts';
import type { Stores } from './stores.ts';

interface Parts {
  readonly stores: Stores;
  readonly steadyTime: SteadyTime;
}

interface LogStreams extends StreamSender {
  /** What is done for the log itself. */
  readonly upkeep: LogUpkeep;
  /** Ends connections. */
  close(): void;
}

/** Builds what delivers, and what seals and prunes. */
export function createLogStreams(ground: Ground, { stores, steadyTime }: Parts): LogStreams {
  const { configuration, database, clock, logger, metrics = noMetrics } = ground;
  const { logCursors: cursors, logFeed: feed, logStreams } = stores;
  const addresses = createOutgoingAddresses({ clock, networks: configuration.privateNetworks });
  // Security: tenants name the hosts, and not the operator.
  const http = createOutgoingHttp({ addresses, trusted: false, ca: null });
  const faultOf = (error: unknown) => (error instanceof OutgoingFailure ? error.fault : null);

  const settledPosition = createSettledPosition(database);
  const operatorSinks = createOperatorSinks(ground);

  async function sinkOf({ id, tenantId }: LogCursor): Promise<LogSink | null> {
    if (tenantId === null) return operatorSinks.get(id) ?? null;
    const stream = await logStreams.findById(tenantId, id);
    return stream && createWebhookSink(stream, http, faultOf, clock);
  }

  metrics.watch({
    logStreams: createStreamLags({ cursors, feed, clock, operatorSinks: new Set(operatorSinks.keys()) }),
  });
  const sender = createStreamSender({
    ...{ cursors, feed, clock, steadyTime, logger, metrics, sinkOf },
    settledPosition,
    suspend: async ({ id, tenantId }) => {
      if (tenantId !== null) await logStreams.suspend(tenantId, id);
    },
  });

  /** A sink that is new gets what is stored from now on. */
  async function startCursors(): Promise<void> {
    for (const id of operatorSinks.keys()) await cursors.start(id, null, await feed.newestPosition());
  }

  return {
    async run(signal) {
      await startCursors();
      await sender.run(signal);
    },
    async runDue(signal) {
      await startCursors();
      await sender.runDue(signal);
    },
    upkeep: createLogUpkeep({
      seal: createLogSealer({ ...stores, database, settledPosition: createSettledPosition(database) }),
      prune: createLogRetention({
        ...{ ...stores, database, clock, logger, metrics, keptMs: configuration.log.keptMs },
        listTenants: () => stores.tenants.list(),
      }),
      erase: createLogEraser({ ...stores, database, clock, heldMs: configuration.log.deletedUserMs }),
      ...{ clock, logger },
    }),
    close: () => http.close(),
  };
}

/** By their names. */
function createOperatorSinks({ configuration, output }: Ground): ReadonlyMap<string, LogSink> {
  const { eventsFile: file, eventsSyslog: syslog } = configuration.log;
  const sinks = new Map<string, LogSink>();
  if (file === '-' && output) sinks.set(OPERATOR_SINKS.file, createOutputSink(output));
  else if (file !== null) sinks.set(OPERATOR_SINKS.file, createFileSink(file));
  if (syslog) {
    const ca = syslog.caFile === null ? null : readFileSync(syslog.caFile, 'utf8');
    sinks.set(OPERATOR_SINKS.syslog, createSyslogSink({ ...syslog, ca }));
  }
  return sinks;
}

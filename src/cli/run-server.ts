// Runs the application until it is told to stop: opens the ports, and on a signal drains them without losing a request.
import type { RequestListener, ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import type { Ground } from '../ground.ts';
import { createConnectionCap } from '../http/connection-cap.ts';
import { type Certificate, type Listener, listen } from '../http/listener.ts';
import { createMetricsHandler } from '../http/metrics-listener.ts';
import { clearExpired } from './clear-expired.ts';
import { adoptDatabaseClock, followDatabaseClock } from './database-clock.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { watchForUncaught } from './last-resort.ts';
import { connectionRoom } from './open-files.ts';
import { lowerPoolPriority } from './pool-priority.ts';

interface PortPlan {
  readonly host: string;
  readonly port: number;
  readonly tls: Certificate | null;
}

/** Open ports, in the order of the plan; one for metrics comes last. */
export interface Running {
  readonly ports: readonly number[];
  /** Shows this certificate on connections that come from now on. */
  renewCertificate(certificate: Certificate): void;
  /** Resolves when the server has stopped. */
  readonly stopped: Promise<void>;
}

const REPEATED_SIGNAL_MS = 1000;
/** However many scrape: these connections have room of their own. */
const MOST_SCRAPERS = 32;

/** Opens the ports; from then on SIGTERM and SIGINT drain the server and end the process. */
export async function runServer(
  ground: Ground,
  app: App,
  plan: readonly PortPlan[],
  drainDelayMs: number,
): Promise<Running> {
  const { configuration, database, logger, clock, metrics } = ground;
  limitHeapGrowth();
  await app.server.ready();
  await lowerPoolPriority();
  const drained = { answered: 0, cutOff: 0 };
  let underWay = 0;
  let drainingSince: number | null = null;
  const handle: RequestListener = (request, response) => {
    underWay += 1;
    response.on('close', ended);
    app.server.routing(request, response);
  };
  function ended(this: ServerResponse): void {
    underWay -= 1;
    if (drainingSince !== null) drained[this.writableFinished ? 'answered' : 'cutOff'] += 1;
  }
  const cap = createConnectionCap(connectionRoom(configuration.maxConnections, logger));
  const listeners: Listener[] = [];
  try {
    await adoptDatabaseClock(ground, app.steadyTime);
    await app.expiredAttempts.mend();
    for (const port of plan) listeners.push(await listen(port, handle, clock, cap));
    if (metrics && configuration.metrics) {
      const readMetrics = createMetricsHandler(metrics, logger);
      const ownCap = createConnectionCap(MOST_SCRAPERS);
      listeners.push(await listen({ ...configuration.metrics, tls: null }, readMetrics, clock, ownCap));
    }
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    await database.close();
    throw error;
  }

  const { graceMs } = configuration.shutdown;
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const following = new AbortController();
  void followDatabaseClock(ground, app.steadyTime, following.signal);
  const clearing = clearExpired(ground, app, following.signal);
  const workers = [app.jobRunner, app.mailSender, app.streamSender, app.logUpkeep];
  const working = Promise.all(workers.map((worker) => worker.run(following.signal)));

  async function drain(): Promise<void> {
    app.readiness.draining = true;
    logger.info({ delayMs: drainDelayMs }, 'draining');
    await clock.sleep(drainDelayMs);
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
    following.abort();
    await clearing;
    await working;
    await app.server.close();
    await database.close();
    // What was cut off last has not heard of it yet.
    logger.info({ ...drained, cutOff: drained.cutOff + underWay }, 'drained');
    resolve();
  }

  const onSignal = () => {
    const now = clock.monotonic();
    // One Ctrl-C arrives two or three times through npm and the launcher; a second one means it.
    if (drainingSince !== null && now - drainingSince > REPEATED_SIGNAL_MS) process.exit(1);
    if (drainingSince !== null) return;
    drainingSince = now;
    void drain().catch((error: unknown) => {
      logger.fatal({ err: error }, 'could not drain');
      process.exit(1);
    });
  };
  watchForUncaught(logger, () => {
    if (drainingSince === null) onSignal();
    void stopped.then(() => process.exit(1));
  });
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', onSignal);
  return {
    ports: listeners.map((listener) => listener.port),
    renewCertificate: (certificate) => {
      for (const listener of listeners) listener.renewCertificate(certificate);
    },
    stopped,
  };
}

// Runs the application until it is told to stop: opens the ports, and on a signal drains them without losing a request.
import type { App, Ground } from '../app.ts';
import { type Certificate, type Listener, listen } from '../http/listener.ts';

interface PortPlan {
  readonly host: string;
  readonly port: number;
  readonly tls: Certificate | null;
}

/** Open ports, in the order of the plan. */
export interface Running {
  readonly ports: readonly number[];
  /** Shows this certificate on connections that come from now on. */
  renewCertificate(certificate: Certificate): void;
  /** Resolves when the server has stopped. */
  readonly stopped: Promise<void>;
}

const REPEATED_SIGNAL_MS = 1000;

/** Opens the ports; from then on SIGTERM and SIGINT drain the server and end the process. */
export async function runServer(
  { configuration, database, logger, clock }: Ground,
  app: App,
  plan: readonly PortPlan[],
  drainDelayMs: number,
): Promise<Running> {
  await app.server.ready();
  const listeners: Listener[] = [];
  try {
    for (const port of plan)
      listeners.push(await listen(port, (request, response) => app.server.routing(request, response), clock));
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close(0)));
    await database.close();
    throw error;
  }

  const { graceMs } = configuration.shutdown;
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let drainingSince: number | null = null;

  async function drain(): Promise<void> {
    app.readiness.draining = true;
    logger.info({ delayMs: drainDelayMs }, 'draining');
    await clock.sleep(drainDelayMs);
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
    await app.server.close();
    await database.close();
    logger.info('drained');
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

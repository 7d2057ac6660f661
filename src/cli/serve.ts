// `gatehouse serve`: the server for real use, on a database of its own and with a master key from outside.
import { createApp } from '../app.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { isDevFolder } from './dev-folder.ts';
import { openGround } from './ground.ts';
import { runServer } from './run-server.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Serves until a signal comes; throws a plain error when it must not start. */
export async function serve(configuration: Configuration): Promise<void> {
  if (isDevFolder(configuration.dataDir)) {
    throw new ConfigurationError(
      `${configuration.dataDir} was made by \`dev\`: it may hold the quick-start user with a password that everybody knows. Name another folder with --data-dir.`,
    );
  }
  if (!configuration.masterKey) {
    throw new ConfigurationError(
      '`serve` makes no master key. Make one with `openssl rand -base64 32`, keep it outside the database and its backups, and name its file in GATEHOUSE_MASTER_KEY_FILE.',
    );
  }
  if (!LOOPBACK.has(configuration.host)) {
    throw new ConfigurationError(
      `Plain HTTP is served on loopback only, and ${configuration.host} is not. Put a proxy with TLS on this machine in front, and leave --host out.`,
    );
  }
  const ground = await openGround(configuration);
  const app = createApp(ground);
  const plan = [{ host: configuration.host, port: configuration.port, tls: null }];
  const { ports, stopped } = await runServer(ground, app, plan, configuration.shutdown.delayMs);
  ground.logger.info({ host: configuration.host, port: ports[0] }, 'listening');
  await stopped;
}

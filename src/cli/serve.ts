// `gatehouse serve`: the server for real use, on a database of its own and with a master key from outside.
import { createApp } from '../app.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { hasDevMark } from '../storage/dev-mark.ts';
import { createChildRunner } from '../user-import/job-runner.ts';
import type { Invocation } from './command.ts';
import { isDevFolder } from './dev-folder.ts';
import { openGround } from './ground.ts';
import { requireHashRoom } from './hash-room.ts';
import { keepMemoryPrivate } from './memory-privacy.ts';
import { offerSetup } from './offer-setup.ts';
import { runServer } from './run-server.ts';
import { readCertificate, watchCertificate } from './served-certificate.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Serves until a signal comes; throws a plain error when it must not start. */
export async function serve({ configuration, terminal }: Invocation): Promise<void> {
  keepMemoryPrivate(process.execArgv, terminal.environment);
  requireSafety(configuration);
  requireHashRoom(configuration, terminal.environment);
  const { host, port, httpsPort, tls } = configuration;
  const certificate = tls && readCertificate(tls, Date.now());
  const ground = await openGround(configuration, true);
  if (await hasDevMark(ground.database.sql)) {
    await ground.database.close();
    throw new ConfigurationError(
      'The database was made by `dev`: it may hold the quick-start user with a password that everybody knows. Move tenants out of it with `gatehouse export` and `gatehouse apply`.',
    );
  }
  const runJob = createChildRunner(configuration.databaseUrl, terminal.environment);
  const app = createApp({ ...ground, runJob });
  const plan = [{ host, port: certificate ? httpsPort : port, tls: certificate }];
  const offer = await offerSetup(ground, app.stores);
  const running = await runServer(ground, app, plan, configuration.shutdown.delayMs);
  const watch =
    tls &&
    certificate &&
    watchCertificate(
      tls,
      certificate,
      ground.logger,
      () => ground.clock.now(),
      (renewed) => running.renewCertificate(renewed),
    );
  ground.logger.info({ host, tls: tls !== null, port: running.ports[0] }, 'listening');
  for (const line of offer) terminal.note(line);
  await running.stopped;
  watch?.stop();
}

function requireSafety({ dataDir, masterKey, host, tls, trustedProxies }: Configuration): void {
  if (isDevFolder(dataDir)) {
    throw new ConfigurationError(
      `${dataDir} was made by \`dev\`: it may hold the quick-start user with a password that everybody knows. Name another folder with --data-dir.`,
    );
  }
  if (!masterKey) {
    throw new ConfigurationError(
      '`serve` makes no master key. Make one with `openssl rand -base64 32`, keep it outside the database and its backups, and name its file in GATEHOUSE_MASTER_KEY_FILE.',
    );
  }
  // Security: passwords and tokens must not cross a network in the clear.
  if (!LOOPBACK.has(host) && !tls && trustedProxies.length === 0) {
    throw new ConfigurationError(
      `Plain HTTP is served on loopback only, and ${host} is not. Give \`serve\` a certificate with --tls-cert and --tls-key, name the proxies with TLS in front with --trusted-proxies, or leave --host out.`,
    );
  }
}

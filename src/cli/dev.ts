// `gatehouse dev`, which is `npm start`: everything needed to try the server on this machine, ending with a token.
import { resolve } from 'node:path';
import { createApp } from '../app.ts';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import type { TenantFile } from '../declaration/tenant-file.ts';
import { type Ground } from '../ground.ts';
import { createMailOutbox } from '../mail/mail-outbox.ts';
import { hasDevMark, setDevMark } from '../storage/dev-mark.ts';
import { createStores } from '../stores.ts';
import type { TenantDomain } from '../tenant/tenant.ts';
import { createChildRunner } from '../user-import/job-runner.ts';
import { applyTo, describeReport, openTenantFile } from './apply.ts';
import type { Invocation, Terminal } from './command.ts';
import { openDevCertificate } from './dev-certificate.ts';
import { prepareDevFolder } from './dev-folder.ts';
import { printFirstToken } from './first-token.ts';
import { openGround } from './ground.ts';
import { requireHashRoom } from './hash-room.ts';
import { offerSetup } from './offer-setup.ts';
import { runServer } from './run-server.ts';

const QUICKSTART = resolve(import.meta.dirname, '../../examples/quickstart.yaml');
const LOOPBACK = '127.0.0.1';

/** Prepares the data folder, applies the file, serves on loopback, and asks itself for a token. */
export async function dev({ configuration, flags, terminal }: Invocation): Promise<void> {
  const startedAt = performance.now();
  const applyFile = typeof flags['apply'] === 'string' ? flags['apply'] : null;
  const { dataDir, port, httpsPort } = configuration;
  if (port === 0 || httpsPort === 0) {
    throw new ConfigurationError(
      '`dev` needs ports of its own, because they are part of the issuer: --port and --https-port.',
    );
  }
  requireHashRoom(configuration, terminal.environment);
  prepareDevFolder(dataDir);
  const file = openTenantFile(applyFile ?? QUICKSTART, terminal.environment);
  const ground = await openGround(configuration, true);
  const { authorityPath, cert, key } = await prepare(ground, file, applyFile !== null, terminal);

  const runJob = createChildRunner(configuration.databaseUrl, terminal.environment);
  const app = createApp({ ...ground, runJob, outbox: createMailOutbox(ground.clock) });
  const plan = [
    { host: LOOPBACK, port, tls: null },
    { host: LOOPBACK, port: httpsPort, tls: { cert, key } },
  ];
  const offer = await offerSetup(ground, app.stores, `--cacert ${resolve(authorityPath)} `);
  const { stopped } = await runServer(ground, app, plan, 0);
  const command = terminal.environment['npm_lifecycle_event'] === 'start' ? 'npm start --' : 'gatehouse dev';
  await printFirstToken({ file, port, httpsPort, authorityPath: resolve(authorityPath), command, startedAt });
  for (const line of offer) terminal.note(line);
  await stopped;
}

/** What is done to an open database before it is served; closes it when that fails. */
async function prepare(ground: Ground, file: TenantFile, asked: boolean, terminal: Terminal) {
  try {
    await markDatabase(ground);
    await applyWhenNeeded(ground, file, asked, terminal);
    return await openDevCertificate(ground.configuration.dataDir, ground.clock.now());
  } catch (error) {
    await ground.database.close();
    throw error;
  }
}

/** Marks the database as one of `dev`; refuses one that holds somebody else's tenants. */
async function markDatabase(ground: Ground): Promise<void> {
  const { sql } = ground.database;
  if (!(await hasDevMark(sql)) && (await createStores(ground).tenants.list()).length > 0) {
    throw new ConfigurationError(
      'The database holds tenants that `dev` did not make. Name another with --database-url.',
    );
  }
  await setDevMark(sql, ground.clock.now());
}

/**
 * The first start applies the quick-start file, and so does one on other ports: the ports are part of the issuer. A file
 * that was asked for is applied at every start.
 */
async function applyWhenNeeded(ground: Ground, file: TenantFile, asked: boolean, terminal: Terminal): Promise<void> {
  const { tenants } = createStores(ground);
  const { httpsPort } = ground.configuration;
  const isReached = (await tenants.findByHost(`localhost:${httpsPort}`)) !== null;
  if (!asked && isReached) return;
  const report = await applyTo(ground, file, devDomains(ground.configuration), { operation: 'gatehouse dev' });
  for (const line of describeReport(report, false)) terminal.print(line);
  for (const warning of report.warnings) terminal.note(`warning: ${warning}`);
}

/** A file without domains, or with only the HTTPS one, gets the plain ports of this machine as aliases of it. */
function devDomains({ port, httpsPort }: Configuration) {
  const main = `localhost:${httpsPort}`;
  return (named: readonly TenantDomain[]): readonly TenantDomain[] => {
    if (named.some((domain) => !isOfDev(domain))) return named;
    if (named.length > 1 && named.some((domain) => domain.host === main)) return named;
    return [
      { host: main, aliasOf: null },
      { host: `localhost:${port}`, aliasOf: main },
      { host: `127.0.0.1:${port}`, aliasOf: main },
    ];
  };
}

/** True for a domain that `dev` itself gives, on whatever port. */
function isOfDev({ host }: TenantDomain): boolean {
  return /^(localhost|127\.0\.0\.1):\d+$/.test(host);
}

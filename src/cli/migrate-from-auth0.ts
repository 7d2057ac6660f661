// `gatehouse migrate-from-auth0`: a tenant as Auth0's Deploy CLI exported it becomes one here, and its users move in at their
// logins. Shows a plan first, and does it with --yes; running it again changes nothing that is there already.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../config/load-config.ts';
import type { UpstreamTenant } from '../connection/user-source.ts';
import type { ApplyReport } from '../declaration/apply.ts';
import type { MovingDatabases } from '../declaration/moving-databases.ts';
import type { TenantFile } from '../declaration/tenant-file.ts';
import { probeUpstreamTenant } from '../directory/origin/probe.ts';
import { createOutgoingAddresses } from '../directory/outgoing-address.ts';
import type { Ground } from '../ground.ts';
import { Secret } from '../lib/secret.ts';
import { createStores } from '../stores.ts';
import { applyTo, describeReport, jsonOf, openTenantFile, originOf } from './apply.ts';
import { type Invocation, listFlag, show, textFlag } from './command.ts';
import { withGround } from './ground.ts';
import { type ConnectionReport, linesOf, reportConnections } from './migration-report.ts';
import { getTenant } from './tenant-choice.ts';

type MovingTenant = NonNullable<ReturnType<MovingDatabases['get']>>;

/** Prints the plan, or what was done. */
export async function migrateFromAuth0(invocation: Invocation): Promise<void> {
  const { configuration, terminal, flags } = invocation;
  const isPlan = flags['dryRun'] === true || flags['yes'] !== true;
  const path = fileOf(invocation.args[0] ?? '');
  const upstream = upstreamOf(invocation);
  await withGround(configuration, async (ground) => {
    terminal.note(`1 of 4  Reading ${path}`);
    const origin = { ...(await originOf(ground, invocation)), moving: movingDatabases(invocation, upstream) };
    const file = openTenantFile(path, terminal.environment, origin);
    if (upstream) {
      terminal.note(`2 of 4  Looking whether ${upstream.issuer} is there`);
      await requireTenantThere(ground, upstream);
    } else {
      terminal.note('2 of 4  No users are to move in at their logins: --lazy says of which database they are');
    }
    terminal.note(`3 of 4  ${isPlan ? 'Finding out what would change' : 'Applying it'}`);
    const report = await applyTo(ground, file, null, { operation: 'gatehouse migrate-from-auth0', dryRun: isPlan });
    terminal.note(isPlan ? '4 of 4  The plan' : '4 of 4  The report');
    for (const warning of [...newIdsOf(file), ...report.warnings]) terminal.note(`warning: ${warning}`);
    const moves = isPlan ? [] : await movesOf(ground, origin.tenantName);
    show(
      invocation,
      { ...jsonOf(report, isPlan), left_out: file.leftOut, connections: moves.map(({ name }) => name) },
      [...describeFile(file), ...describeChanges(report, isPlan), ...nextSteps(invocation, moves, isPlan)],
    );
  });
}

/** The file that the Deploy CLI wrote into a folder, or the file itself; throws a plain error when there is none. */
function fileOf(path: string): string {
  const [isFolder, file] = [isThere(path) === 'folder', join(path, 'tenant.yaml')];
  if (!isFolder) return path;
  if (isThere(file) === 'file') return file;
  throw new ConfigurationError(
    `There is no tenant.yaml in ${path}. Export the tenant as YAML: a0deploy export --format yaml --output_folder ${path}`,
  );
}

function isThere(path: string): 'file' | 'folder' | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? (found.isDirectory() ? 'folder' : 'file') : null;
}

/** The tenant that users leave; null when none move in at their logins. Throws a plain error for half of it. */
function upstreamOf(invocation: Invocation): MovingTenant | null {
  const lazy = listFlag(invocation, 'lazy');
  const [issuer, clientId, variable] = ['upstream', 'upstreamClientId', 'env'].map((name) =>
    textFlag(invocation, name),
  );
  if (lazy.length === 0) {
    const given = issuer ?? clientId ?? variable ?? null;
    if (given === null) return null;
    throw new ConfigurationError('Name the databases whose users are to move in at their logins: --lazy DATABASE.');
  }
  if (!issuer || !clientId) {
    throw new ConfigurationError(
      'Users who move in at their logins are asked about there: give --upstream https://TENANT.eu.auth0.com/ and --upstream-client-id, the id of an application there that may use the password grant.',
    );
  }
  if (!/^https:\/\/[^\s/?#@]+\/?$/.test(issuer)) {
    throw new ConfigurationError(
      `--upstream is the address of a tenant, such as https://acme.eu.auth0.com/, and not ${issuer}.`,
    );
  }
  if (!variable) return { issuer, client_id: clientId };
  const secret = invocation.terminal.environment[variable];
  if (!secret) throw new ConfigurationError(`The environment has no ${variable}, which --env names.`);
  return { issuer, client_id: clientId, client_secret: secret };
}

/** By the names of the databases: there each has the same name, which is the realm to ask. */
function movingDatabases(invocation: Invocation, upstream: MovingTenant | null): MovingDatabases {
  if (!upstream) return new Map();
  return new Map(listFlag(invocation, 'lazy').map((name) => [name, { ...upstream, realm: name }]));
}

/** Nothing is written while the tenant that users leave cannot be reached: their logins would fail. */
async function requireTenantThere({ clock, configuration }: Ground, upstream: MovingTenant): Promise<void> {
  const addresses = createOutgoingAddresses({ clock, networks: configuration.privateNetworks });
  const tenant: UpstreamTenant = {
    kind: 'upstream',
    issuer: upstream.issuer.replace(/\/?$/, '/'),
    clientId: upstream.client_id,
    clientSecret: upstream.client_secret === undefined ? null : new Secret(upstream.client_secret),
    realm: null,
  };
  const steps = await probeUpstreamTenant({ clock, addresses }, tenant, true, null);
  const failed = steps.find(({ passed }) => passed === false);
  if (failed) throw new ConfigurationError(`${tenant.issuer} cannot be asked about passwords. ${failed.words}`);
}

async function movesOf(ground: Ground, tenantName: string): Promise<readonly ConnectionReport[]> {
  const stores = createStores(ground);
  return reportConnections({ stores, tenant: await getTenant(stores, tenantName) }, { flags: {} });
}

/** Applications know themselves by their ids, which the Deploy CLI leaves out unless it is asked for them. */
function newIdsOf({ content: { clients = [] } }: TenantFile): string[] {
  const names = clients.filter((client) => client.client_id === undefined).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `The file has no client_id of ${names.join(', ')}: they get new ones, or keep those they got at an earlier run. To keep Auth0's, export with a0deploy export --export_ids.`,
  ];
}

function describeFile({ leftOut }: TenantFile): string[] {
  if (leftOut.length === 0) return ['Everything in the file has its place here.', ''];
  return ['Not taken over, and why:', ...leftOut.map((one) => `  ${one}`), ''];
}

function describeChanges(report: ApplyReport, isPlan: boolean): string[] {
  const { changes, ...rest } = report;
  const changed = changes.filter(({ action }) => action !== 'unchanged');
  const same = changes.length - changed.length;
  return [
    isPlan ? 'What would be done:' : 'What was done:',
    ...describeReport({ ...rest, changes: changed }, false).map((line) => `  ${line}`),
    ...(same === 0 ? [] : [`  ${same} things are here already as the file has them`]),
    '',
  ];
}

function nextSteps(invocation: Invocation, moves: readonly ConnectionReport[], isPlan: boolean): string[] {
  if (isPlan) return ['Nothing was written. Run the same command with --yes to do it.'];
  const [first] = listFlag(invocation, 'lazy');
  return [
    ...linesOf(moves),
    '',
    'What to do next:',
    '  Give each application its new secret, where one is shown above: Auth0 exports none.',
    ...(first === undefined
      ? ['  Bring the users: gatehouse user import USERS.json --connection DATABASE']
      : [
          `  Try the way in with an account of your own: gatehouse connection test ${first} --username you@example.com`,
          '  Point your applications here, and watch: gatehouse migration report',
        ]),
  ];
}

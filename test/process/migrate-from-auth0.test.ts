// docs/migrate-from-auth0.md, followed by pasting its commands: a second Gatehouse plays the tenant that is left, Auth0's own
// Deploy CLI exports it, and its users move in.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { stringify } from 'yaml';
import { MANAGEMENT_SCOPES } from '../../src/resource-server/management-audience.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { type Ended, ROOT, start } from '../support/running-program.ts';
import { type Installation, makeInstallation } from '../support/served-server.ts';

const DATABASE = 'Username-Password-Authentication';
const REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';
const APP = 'AppOfTheOldTenant000000000000000';
const EXPORTER = { client_id: 'ExporterOfTheOldTenant0000000000', client_secret: 'exporter-secret-0123456789' };
const MOVER = { client_id: 'MoverOfTheOldTenant0000000000000', client_secret: 'mover-secret-0123456789abc' };
const ADA = { email: 'ada@example.com', password: 'the password of Ada', user_id: '507f1f77bcf86cd799439011' };

/** The Deploy CLI writes it into a file of its own. */
const LEGACY_LOGIN =
  "function login(name, password, callback) {\n  callback(null, { user_id: '1', email: name });\n}\n";

const PAGE = readFileSync(join(ROOT, 'docs/migrate-from-auth0.md'), 'utf8');
const [, exporting = '', plan = '', doing = '', trying = '', logIn = '', watching = '', comparing = '', closing = ''] =
  [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block);

function oldTenant(port: number) {
  const host = `localhost:${port}`;
  const reading = MANAGEMENT_SCOPES.filter((scope) => scope.startsWith('read:') && !scope.includes('current_user'));
  return {
    tenant: { name: 'old', domains: [host], default_directory: DATABASE },
    clients: [
      {
        name: 'App',
        client_id: APP,
        app_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['password'],
      },
      { name: 'Exporter', ...EXPORTER, app_type: 'non_interactive', grant_types: ['client_credentials'] },
      { name: 'Mover', ...MOVER, app_type: 'regular_web', grant_types: ['password', REALM_GRANT] },
    ],
    clientGrants: [{ client_id: 'Exporter', audience: `https://${host}/api/v2/`, scope: reading }],
    databases: [
      { name: DATABASE, enabled_clients: ['App', 'Mover'], options: { passwordPolicy: 'none' } },
      { name: 'Legacy', options: { enabledDatabaseCustomization: true, customScripts: { login: LEGACY_LOGIN } } },
    ],
    users: [
      { connection: DATABASE, ...ADA, name: 'Ada Lovelace', email_verified: true },
      { connection: DATABASE, email: 'bob@example.com', password: 'the password of Bob', user_id: 'bob' },
    ],
  };
}

let old: DevServer;
let own: Installation;
let port: number;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-moving-'));
  mkdirSync(join(folder, 'bin'));
  const ports = await findTwoFreePorts();
  const file = join(folder, 'old.yaml');
  writeFileSync(file, stringify(oldTenant(ports[1])));
  old = await startDevServer({ file, ports });
  own = makeInstallation();
  own.environment['NODE_EXTRA_CA_CERTS'] = old.caPath;
  ({ port } = await own.serve());
});
after(async () => {
  await own.remove();
  await old.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Pastes the commands into a shell in which `gatehouse` and Auth0's tool are installed. */
async function paste(commands: string): Promise<Ended> {
  const script = [
    'set -eu',
    `gatehouse() { "${process.execPath}" "${ROOT}/src/main.ts" "$@"; }`,
    // The tool is installed beside the tests already; npx would ask the registry.
    `npx() { shift; "${process.execPath}" "${ROOT}/node_modules/auth0-deploy-cli/lib/index.js" "$@"; }`,
    `cd "${folder}"`,
    commands,
  ];
  const shell = start('bash', ['-c', script.join('\n')], {
    environment: {
      ...own.environment,
      GATEHOUSE_DATA_DIR: own.dataDir,
      ...{ OLD_HOST: old.domain, EXPORTER_ID: EXPORTER.client_id, EXPORTER_SECRET: EXPORTER.client_secret },
      ...{ MOVER_ID: MOVER.client_id, MOVER_SECRET: MOVER.client_secret, DATABASE },
      ...{ NEW_HOST: `localhost:${port}`, NEW_URL: `http://localhost:${port}` },
      ...{ APP_ID: APP, ADA_PASSWORD: ADA.password },
    },
    withChildren: true,
  });
  return shell.ended;
}

async function succeed(commands: string): Promise<string> {
  const { code, stdout, stderr } = await paste(commands);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** Who the token is for that a login answers. */
async function subjectOf(commands: string): Promise<string | undefined> {
  const answer = await succeed(commands);
  const { id_token: token } = JSON.parse(answer) as { id_token?: string };
  return decodeJwt(token ?? assert.fail(answer)).sub;
}

test('the page is followed from the export to the last door', async () => {
  await succeed(exporting);
  const planned = await succeed(plan);
  assert.match(planned, /created {3}client App \(AppOfTheOldTenant/);
  assert.match(planned, /Nothing was written/);

  const done = await succeed(doing);
  assert.match(done, /What was done:/);
  assert.match(done, new RegExp(`Users still move in at their logins: ${DATABASE}\\.`));
  assert.match(await succeed('gatehouse connection show Legacy'), /function login\(name, password, callback\)/);
  assert.match(await succeed(doing), /things are here already as the file has them/);

  assert.match(await succeed(trying), /ok +\d+ ms +check the password and read the user/);
  assert.match(await succeed(watching), new RegExp(`^${DATABASE} +0 +0`, 'm'));

  assert.equal(await subjectOf(logIn), `auth0|${ADA.user_id}`);
  assert.match(await succeed(watching), new RegExp(`^${DATABASE} +1 +1 +\\d{4}-`, 'm'));

  const users = [{ user_id: `auth0|${ADA.user_id}` }, { user_id: 'auth0|bob', email: 'bob@example.com' }];
  writeFileSync(join(folder, 'auth0-users.json'), JSON.stringify(users));
  assert.match(await succeed(comparing), /Of 2 users in auth0-users\.json 1 are in /);
  assert.match(readFileSync(join(folder, 'missing.json'), 'utf8'), /"auth0\|bob"/);

  await old.stop();
  assert.equal(await subjectOf(logIn), `auth0|${ADA.user_id}`);

  await succeed(closing);
  assert.doesNotMatch(await succeed('gatehouse connection show $DATABASE'), /import_mode|upstream/);
});

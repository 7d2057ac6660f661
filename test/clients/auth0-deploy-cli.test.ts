// Auth0's own Deploy CLI, as it comes, on a tenant of this server: a folder in the words of its documentation is imported, what
// it exports then goes back in, and what was changed in between is what changes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { parse, stringify } from 'yaml';
import { MANAGEMENT_SCOPES } from '../../src/resource-server/management-audience.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { provedCall } from '../support/proved-call.ts';
import { start } from '../support/running-program.ts';
import { trustAuthority } from '../support/trust.ts';

const CLI = fileURLToPath(import.meta.resolve('auth0-deploy-cli'));
const HAND_WRITTEN = 'test/clients/deploy-cli';
const DEPLOYER = { client_id: 'DeployClient00000000000000000000', client_secret: 'deploy-client-secret-0123456789' };
const API = 'https://dev.myapp.com/api/v1';
const USER = { username: 'user@example.com', password: 'Long-enough-1' };

let folder: string;
let server: DevServer;
let administrator: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-deploy-'));
  const ports = await findTwoFreePorts();
  const file = join(folder, 'empty.yaml');
  writeFileSync(file, stringify(emptyTenant(`https://localhost:${ports[1]}/api/v2/`)));
  server = await startDevServer({ file, ports });
  trustAuthority(server.caPath);
  administrator = await tokenOf({ grant_type: 'client_credentials', ...DEPLOYER, audience: `${server.https}/api/v2/` });
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A tenant with nothing but the client that the CLI is. */
function emptyTenant(audience: string): object {
  const scope = MANAGEMENT_SCOPES.filter((one) => !one.includes('current_user'));
  const client = { name: 'Deploy CLI', ...DEPLOYER, app_type: 'non_interactive', grant_types: ['client_credentials'] };
  return { tenant: { name: 'acme' }, clients: [client], clientGrants: [{ client_id: client.name, audience, scope }] };
}

async function request<T>(method: string, path: string, body?: object, token = ''): Promise<T> {
  const answer = await fetch(`${server.https}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path} answered ${answer.status}: ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly expires_in: number;
  readonly scope?: string;
}

const askToken = (body: object) => request<Tokens>('POST', '/oauth/token', body);
const tokenOf = async (body: object) => (await askToken(body)).access_token;
const manage = <T>(method: string, path: string, body?: object) =>
  request<T>(method, `/api/v2${path}`, body, administrator);

interface Named {
  readonly name: string;
}

/** The thing of this name in a list of the Management API. */
async function named<T extends Named>(path: string, name: string): Promise<T> {
  const found = (await manage<T[]>('GET', path)).find((one) => one.name === name);
  assert.ok(found, `${path} has ${name}`);
  return found;
}

/** Runs the CLI to its end, which must be a good one; `isDeleting` lets it delete what a file leaves out. */
async function run(command: 'import' | 'export', flags: readonly string[], isDeleting = false): Promise<void> {
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      AUTH0_DOMAIN: server.domain,
      AUTH0_CLIENT_ID: DEPLOYER.client_id,
      AUTH0_CLIENT_SECRET: DEPLOYER.client_secret,
      AUTH0_ALLOW_DELETE: isDeleting,
      AUTH0_KEYWORD_REPLACE_MAPPINGS: { ENV: 'dev' },
    }),
  );
  const environment = { NODE_EXTRA_CA_CERTS: server.caPath };
  const cli = start(process.execPath, [CLI, command, '--config_file', config, ...flags], { environment });
  const { code, stdout, stderr } = await cli.ended;
  assert.equal(code, 0, stdout + stderr);
  provedCall('auth0-deploy-cli', isDeleting ? `${command} with AUTH0_ALLOW_DELETE` : command);
}

interface Exported {
  readonly resourceServers: readonly Named[];
  readonly roles: readonly Named[];
}

async function exportTo(target: string): Promise<Exported> {
  await run('export', ['--format', 'yaml', '--output_folder', target]);
  return parse(readFileSync(join(target, 'tenant.yaml'), 'utf8')) as Exported;
}

async function askMachineToken(): Promise<Tokens> {
  const { client_id, client_secret } = await named<Named & Record<string, string>>('/clients', 'My M2M');
  return askToken({ grant_type: 'client_credentials', client_id, client_secret, audience: API });
}

/** What the user's token allows, when it is asked for with no realm: the file names the directory. */
async function permissionsOfUser(): Promise<unknown> {
  const { client_id } = await named<Named & Record<string, string>>('/clients', 'My SPA');
  const token = await tokenOf({ grant_type: 'password', client_id, ...USER, audience: API });
  return decodeJwt(token)['permissions'];
}

test('a folder in the words of Auth0’s documentation is imported, and does what it says', async () => {
  await run('import', ['--input_file', join(HAND_WRITTEN, 'tenant.yaml')]);

  const { scope, expires_in: lifetime } = await askMachineToken();
  assert.deepEqual([scope, lifetime], ['update:account', 86_400]);

  const user = await manage<{ user_id: string }>('POST', '/users', {
    ...{ connection: 'users', email: USER.username, password: USER.password },
  });
  const roles = await Promise.all(['Admin', 'User'].map((role) => named<Named & { id: string }>('/roles', role)));
  await manage('POST', `/users/${encodeURIComponent(user.user_id)}/roles`, { roles: roles.map(({ id }) => id) });
  assert.deepEqual(await permissionsOfUser(), ['update:account', 'read:account']);

  const { options } = await named<Named & { options: object }>('/connections', 'users');
  assert.deepEqual(options, {
    passwordPolicy: 'fair',
    requires_username: false,
    brute_force_protection: true,
    disable_signup: true,
  });
  const protection = await manage<object>('GET', '/attack-protection/brute-force-protection');
  assert.partialDeepStrictEqual(protection, { enabled: true, max_attempts: 5 });
  const { actions } = await manage<{ actions: object[] }>('GET', '/actions/actions');
  assert.partialDeepStrictEqual(actions, [{ name: 'add-department', all_changes_deployed: true }]);
  const { client_id } = await named<Named & Record<string, string>>('/clients', 'My SPA');
  const tokens = await askToken({ grant_type: 'password', client_id, ...USER, scope: 'openid' });
  assert.equal(decodeJwt(tokens.id_token ?? '')['https://myapp.com/department'], 'sales');
});

test('what was exported goes in again, and only what was changed in between changes', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')] as const;
  const exported = await exportTo(first);
  const changed: Exported = {
    ...exported,
    resourceServers: exported.resourceServers.map((api) => ({ ...api, token_lifetime: 600 })),
    roles: exported.roles.filter(({ name }) => name !== 'Admin'),
  };
  writeFileSync(join(first, 'tenant.yaml'), stringify(changed));
  await run('import', ['--input_file', join(first, 'tenant.yaml')], true);

  assert.equal((await askMachineToken()).expires_in, 600);
  assert.deepEqual(await permissionsOfUser(), ['read:account']);
  assert.deepEqual(await exportTo(second), changed);
  for (const target of [first, second]) {
    const code = (of: string) => readFileSync(join(of, 'actions/add-department/code.js'), 'utf8');
    assert.equal(code(target), code(HAND_WRITTEN));
  }
});

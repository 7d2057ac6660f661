// What the first start makes and what it refuses: `dev` brings everything with it and stays on this machine, `serve` runs
// on nothing that everybody knows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { type Answer, exchange } from '../support/http-exchange.ts';
import { startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken } from '../support/served-server.ts';

const QUICKSTART = {
  grant_type: 'password',
  username: 'user@example.com',
  password: 'pwd',
  audience: 'https://someapi.com/api',
  scope: 'openid',
  client_id: 'QuickStartPublicClient0000000000',
};

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-first-run-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function withDev<T>(
  settings: NonNullable<Parameters<typeof startDevServer>[0]>,
  use: (server: DevServer) => Promise<T>,
): Promise<T> {
  const server = await startDevServer(settings);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

function get({ ports: [port, httpsPort] }: DevServer, path: string, host = `localhost:${httpsPort}`): Promise<Answer> {
  return exchange({ port, path, headers: { host } });
}

function logIn({ ports: [port] }: DevServer, json: object = QUICKSTART): Promise<Answer> {
  return exchange({ port, path: '/oauth/token', json });
}

/** Runs a command that must not work; what it says. */
async function refusal(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const program = startGatehouse(args, environment);
  // A server that starts after all is not waited for.
  program.waitFor(/"msg":"listening"|Stop with Ctrl-C/).then(
    () => program.kill('SIGKILL'),
    () => {},
  );
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 1, stdout);
  assert.equal(stdout, '');
  // One sentence for the operator, no stack.
  assert.match(stderr, /^gatehouse: .+\n$/);
  return stderr;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('what the first start of dev makes is for its owner only [T-45]', async () => {
  await withDev({}, async ({ dataDir }) => {
    assert.equal(modeOf(dataDir), '700');
    const readable = new Set(['ca.pem', 'server.pem']);
    const files = readdirSync(dataDir).filter((name) => !readable.has(name));
    for (const name of ['master.key', 'server-key.pem', 'gatehouse.db', 'gatehouse.db-wal']) {
      assert.ok(files.includes(name), name);
    }
    for (const name of files) assert.equal(modeOf(join(dataDir, name)), '600', name);
  });
});

test('dev listens on loopback only, whatever --host says [T-44]', async () => {
  await withDev({ environment: { GATEHOUSE_HOST: '0.0.0.0' } }, async ({ ports }) => {
    for (const port of ports) {
      // Another address of the same machine: open only to who listens on all of them.
      const socket = connect(port, '127.0.0.2');
      socket.once('connect', () => socket.destroy(new Error(`somebody listens on 127.0.0.2:${port}`)));
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ECONNREFUSED');
    }
  });
});

test('serve refuses a folder that dev made, also with a master key [T-44]', async () => {
  const dataDir = join(folder, 'made-by-dev');
  await withDev({ dataDir }, async (server) => {
    assert.equal((await logIn(server)).status, 200);
  });
  const key = await readFile(join(dataDir, 'master.key'), 'utf8');
  const said = await refusal(['serve', '--data-dir', dataDir, '--port', '0'], { GATEHOUSE_MASTER_KEY: key });
  assert.match(said, /made by `dev`/);
});

test('dev refuses a folder that serve works in [T-44]', async (t) => {
  const installation = makeInstallation();
  t.after(() => installation.remove());
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  const said = await refusal(['dev', '--data-dir', installation.dataDir]);
  assert.match(said, /holds a database that `dev` did not make/);
});

test('a fresh serve knows no tenant, no client and no user [T-44]', async (t) => {
  const installation = makeInstallation();
  t.after(() => installation.remove());
  const { port, program } = await installation.serve();
  for (const host of [HOST, `localhost:${port}`, `127.0.0.1:${port}`, 'localhost:3443', 'localhost:3000']) {
    assert.equal((await requestToken(port, QUICKSTART, { host })).status, 404, host);
  }
  await program.stop();
});

test('serve refuses to start without a master key, and makes none [T-45]', async () => {
  const dataDir = join(folder, 'without-key');
  assert.match(await refusal(['serve', '--data-dir', dataDir]), /makes no master key/);
  assert.match(await refusal(['apply', 'examples/quickstart.yaml', '--data-dir', dataDir]), /no master key/);
});

test('serve refuses a master key that is too short, and does not repeat it [T-45]', async () => {
  const said = await refusal(['serve', '--data-dir', join(folder, 'short-key')], { GATEHOUSE_MASTER_KEY: 'c2hvcnQ=' });
  assert.match(said, /32 random bytes/);
  assert.doesNotMatch(said, /c2hvcnQ/);
});

test('serve and apply refuse another master key than the database was written under [T-45]', async (t) => {
  const installation = makeInstallation();
  t.after(() => installation.remove());
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  const flags = ['--data-dir', installation.dataDir];
  const environment = { GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
  assert.match(await refusal(['serve', ...flags, '--port', '0'], environment), /another master key/);
  assert.match(await refusal(['apply', 'examples/quickstart.yaml', ...flags], environment), /another master key/);
});

test('serve refuses to listen for plain http beyond loopback [T-44]', async (t) => {
  const installation = makeInstallation();
  t.after(() => installation.remove());
  const flags = ['--data-dir', installation.dataDir, '--port', '0'];
  for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
    assert.match(await refusal(['serve', ...flags, '--host', host], installation.environment), /loopback only/);
  }
});

test('the files of the database hold no secret in the clear, nor the master key [T-45]', async (t) => {
  const installation = makeInstallation();
  t.after(() => installation.remove());
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  const { port, program } = await installation.serve();
  const [client] = SAMPLE_TENANT.clients.filter((one) => one.name === 'Backend');
  const [user] = SAMPLE_TENANT.users;
  const login = { ...QUICKSTART, password: user?.password, client_id: client?.client_id };
  const answer = await requestToken(port, { ...login, client_secret: client?.client_secret });
  assert.equal(answer.status, 200, answer.text);
  const { access_token: accessToken, id_token: idToken } = answer.json<Record<string, string>>();
  const secrets = [
    ...SAMPLE_TENANT.clients.map((one) => one.client_secret),
    ...SAMPLE_TENANT.resourceServers.map((one) => one.signing_secret),
    ...SAMPLE_TENANT.users.map((one) => one.password),
    ...[accessToken, idToken, installation.environment['GATEHOUSE_MASTER_KEY']],
  ].filter((secret) => secret !== undefined);
  // How a private key begins in PEM, in PKCS#8 and PKCS#1 without it, and what it is called in a JWK. Of the two in the
  // middle what stands behind the length: the few letters before it stand in what is random, too.
  const marks = ['PRIVATE KEY', 'IBADANBgkqhkiG9w0BAQEFAASC', 'IBAAKCAQEA', '"d":', '"dp":'];
  // While the server runs, the newest rows are in the journal beside the database.
  for (const name of readdirSync(installation.dataDir)) {
    const bytes = await readFile(join(installation.dataDir, name));
    for (const mark of marks) assert.ok(!bytes.includes(mark), `${mark} in ${name}`);
    for (const secret of secrets) {
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        const written = encoding === 'utf8' ? secret : Buffer.from(secret).toString(encoding);
        assert.ok(!bytes.includes(written), `${secret} in ${name}`);
      }
    }
  }
  const files = readdirSync(installation.dataDir);
  assert.ok(files.includes('gatehouse.db') && files.includes('gatehouse.db-wal'));
  await program.stop();
});

test('a second start on the same folder keeps the issuer, the keys and what was issued', async () => {
  const dataDir = join(folder, 'twice');
  const ports = await findTwoFreePorts();
  const first = await withDev({ dataDir, ports }, async (server) => ({
    keys: (await get(server, '/.well-known/jwks.json')).text,
    token: (await logIn(server)).json<{ access_token: string }>().access_token,
    authority: await readFile(server.caPath, 'utf8'),
  }));
  await withDev({ dataDir, ports }, async (server) => {
    assert.doesNotMatch(server.program.printed(), /^(created|updated) /m);
    assert.equal((await get(server, '/.well-known/jwks.json')).text, first.keys);
    assert.equal(await readFile(server.caPath, 'utf8'), first.authority);
    const discovery = (await get(server, '/.well-known/openid-configuration')).json();
    assert.equal(discovery['issuer'], `${server.https}/`);
    const headers = { host: server.domain, authorization: `Bearer ${first.token}` };
    assert.equal((await exchange({ port: ports[0], path: '/userinfo', headers })).status, 200);
  });
});

test('a second start on other ports has an issuer of those ports, and the same keys', async () => {
  const dataDir = join(folder, 'moved');
  const keys = await withDev({ dataDir }, async (server) => (await get(server, '/.well-known/jwks.json')).text);
  await withDev({ dataDir }, async (server) => {
    assert.equal((await get(server, '/.well-known/jwks.json')).text, keys);
    const discovery = (await get(server, '/.well-known/openid-configuration')).json();
    assert.equal(discovery['issuer'], `${server.https}/`);
    assert.equal((await logIn(server)).status, 200);
  });
});

const { domains: _, ...withoutDomains } = SAMPLE_TENANT.tenant;

/** Starts dev with `--apply`, as scripts do: nobody types anything. Which hosts reach the tenant, and as which issuer. */
async function issuersWith(name: string, domains: (ports: readonly number[]) => readonly string[] | undefined) {
  const ports = await findTwoFreePorts();
  const named = domains(ports);
  const tenant = named === undefined ? withoutDomains : { ...withoutDomains, domains: named };
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, stringify({ ...SAMPLE_TENANT, tenant }));
  return withDev({ file, ports }, async (server) => {
    const [port, httpsPort] = ports;
    const issuers: Record<string, unknown> = {};
    for (const [key, host] of Object.entries({
      https: `localhost:${httpsPort}`,
      http: `localhost:${port}`,
      address: `127.0.0.1:${port}`,
      own: HOST,
    })) {
      const { status, text } = await get(server, '/.well-known/openid-configuration', host);
      const issuer = (JSON.parse(text) as { issuer?: string }).issuer;
      issuers[key] = status === 200 ? issuer?.replace(String(httpsPort), 'HTTPS') : status;
    }
    return issuers;
  });
}

const OF_DEV = {
  https: 'https://localhost:HTTPS/',
  http: 'https://localhost:HTTPS/',
  address: 'https://localhost:HTTPS/',
};

test('dev --apply gives a file without domains those of its ports', async () => {
  assert.deepEqual(await issuersWith('without-domains', () => undefined), { ...OF_DEV, own: 404 });
});

test('dev --apply gives a file that names only the https domain the plain ones as aliases', async () => {
  const issuers = await issuersWith('https-domain', ([, httpsPort]) => [`localhost:${httpsPort}`]);
  assert.deepEqual(issuers, { ...OF_DEV, own: 404 });
});

test('dev --apply leaves a file with domains of its own as it is', async () => {
  const issuers = await issuersWith('own-domain', () => [HOST]);
  assert.deepEqual(issuers, { https: 404, http: 404, address: 404, own: `https://${HOST}/` });
});

test('the first token that dev shows is asked for with a public client, whatever client stands first', async () => {
  const file = join(folder, 'confidential-first.yaml');
  const confidential = {
    name: 'Confidential',
    client_id: 'Confidential',
    app_type: 'regular_web',
    grant_types: ['password'],
  };
  const clients = [confidential, ...SAMPLE_TENANT.clients];
  await writeFile(file, stringify({ ...SAMPLE_TENANT, tenant: withoutDomains, clients }));
  await withDev({ file }, async ({ program }) => {
    assert.match(program.printed(), /POST \/oauth\/token answered 200/);
  });
});

// nginx and HAProxy with the files of examples/, both in front of the same two nodes on one PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { type Answer, exchange } from '../support/http-exchange.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { type Proxy, startHaproxy, startNginx } from '../support/proxies.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';
import { PATIENT_PROTECTION, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, type ServedServer } from '../support/served-server.ts';

const skip = needs('postgresql', 'nginx', 'haproxy', 'curl');
/** The proxies speak from the usual address of loopback, and callers from this one. */
const CALLER = '127.0.0.2';

const installation = makeInstallation();
let database: PostgresqlDatabase;
let ports: [number, number];
let nodes: ServedServer[] = [];
let proxies: readonly [Proxy, Proxy];

function startNode(node: number): Promise<ServedServer> {
  // The later --port counts.
  const flags = ['--port', String(ports[node]), '--trusted-proxies', '127.0.0.1', '--shutdown-delay-seconds', '5'];
  return installation.serve(flags);
}

before(async () => {
  if (skip !== false) return;
  database = await createPostgresqlDatabase('tables');
  installation.environment['GATEHOUSE_DATABASE_URL'] = database.url;
  const { code, stderr } = await installation.apply('tenant', {
    ...SAMPLE_TENANT,
    attackProtection: PATIENT_PROTECTION,
  });
  assert.equal(code, 0, stderr);
  ports = await findTwoFreePorts();
  nodes = await Promise.all([startNode(0), startNode(1)]);
  proxies = [await startNginx(ports), await startHaproxy(ports)];
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await installation.remove();
  await database.drop();
});

function ask({ port, authority }: Proxy, message: Partial<Parameters<typeof exchange>[0]>): Promise<Answer> {
  const { headers = {}, ...rest } = message;
  const secured = { port, authority, localAddress: CALLER, path: '/oauth/token' };
  return exchange({ ...secured, headers: { host: HOST, ...headers }, ...rest });
}

test('a login through TLS is logged with the address of its caller, whatever the caller claims [T-09]', {
  skip,
}, async () => {
  for (const proxy of proxies) {
    const claims = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' };
    const { status, text, headers } = await ask(proxy, { json: SEED_REQUEST, headers: claims });
    assert.equal(status, 200, text);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
    const flags = ['log', 'list', '--limit', '1', '--json', '--data-dir', installation.dataDir];
    const { stdout } = await startGatehouse(flags, installation.environment).ended;
    const [event] = JSON.parse(stdout) as { ip: string; details: { request_id: string; ip_source: string } }[];
    assert.equal(event?.details.request_id, headers['x-auth0-requestid']);
    assert.deepEqual([event?.ip, event?.details.ip_source], [CALLER, 'forwarded'], proxy.name);
  }
});

/** True for an answer that a node gave, and no proxy. */
function isOfNode({ headers }: Answer): boolean {
  return headers['x-auth0-requestid'] !== undefined;
}

test('addresses and hosts arrive as they were sent', { skip }, async () => {
  for (const proxy of proxies) {
    // Neither decoded nor merged: the id is looked up, and the token is what is missing.
    const user = await ask(proxy, { path: '/api/v2/users/auth0%7C1%2F2' });
    assert.deepEqual([user.status, isOfNode(user)], [401, true]);
    const elsewhere = await ask(proxy, { path: '/userinfo', headers: { host: 'other.example.test' } });
    assert.deepEqual([elsewhere.status, isOfNode(elsewhere)], [404, true]);
  }
});

test('what is larger than any node takes is refused by the proxy', { skip }, async () => {
  for (const proxy of proxies) {
    const send = (path: string, bytes: number) => ask(proxy, { path, json: { padding: 'x'.repeat(bytes) } });
    for (const [path, fits, tooLarge] of [
      ['/oauth/token', 60_000, 70_000],
      ['/api/v2/users', 250_000, 1_100_000],
      ['/api/v2/jobs/users-imports', 560_000, 1_100_000],
    ] as const) {
      const passed = await send(path, fits);
      assert.ok(isOfNode(passed) && passed.status !== 413, `${proxy.name} ${path} ${passed.status}`);
      const refused = await send(path, tooLarge);
      assert.deepEqual([refused.status, isOfNode(refused)], [413, false], `${proxy.name} ${path}`);
    }
  }
});

test('in the clear nothing but a page is answered, and that by a redirect', { skip }, async () => {
  for (const { plainPort: port } of proxies) {
    const headers = { host: HOST };
    assert.equal((await exchange({ port, path: '/oauth/token', headers, json: SEED_REQUEST })).status, 403);
    const page = await exchange({ port, path: '/dashboard?a=b', headers });
    assert.deepEqual([page.status, page.headers.location], [301, `https://${HOST}/dashboard?a=b`]);
  }
});

/** Logs in again and again through the proxy, on a connection that stays open; tells of what was not answered 200. */
async function keepLoggingIn(proxy: Proxy, ended: AbortSignal): Promise<{ answered: number; failed: string[] }> {
  const failed: string[] = [];
  let answered = 0;
  while (!ended.aborted) {
    try {
      const { status, text } = await ask(proxy, { json: SEED_REQUEST });
      if (status === 200) answered += 1;
      else failed.push(`${proxy.name} ${status} ${text}`);
    } catch (error) {
      failed.push(`${proxy.name} ${String(error)}`);
    }
    await sleep(20);
  }
  return { answered, failed };
}

test('restarting one node after the other loses no login [F-10]', { skip }, async () => {
  const restarted = new AbortController();
  const load = proxies.flatMap((proxy) => [1, 2].map(() => keepLoggingIn(proxy, restarted.signal)));
  for (const node of [0, 1]) {
    const { code, stdout } = (await nodes[node]?.program.stop()) ?? assert.fail();
    assert.equal(code, 0);
    assert.match(stdout.trim().split('\n').at(-1) ?? '', /"cutOff":0,"msg":"drained"/);
    for (const proxy of proxies) await proxy.untilReady(node, false);
    nodes[node] = await startNode(node);
    for (const proxy of proxies) await proxy.untilReady(node, true);
  }
  restarted.abort();
  const done = await Promise.all(load);
  assert.deepEqual(
    done.flatMap(({ failed }) => failed),
    [],
  );
  for (const { answered } of done) assert.ok(answered > 0);
});

test('neither query strings nor headers are logged, also of what fails [L-01]', { skip }, async () => {
  const [inQuery, inHeader] = ['canary-in-a-query', 'canary-in-a-header'];
  const send = (proxy: Proxy) =>
    ask(proxy, { path: `/userinfo?ticket=${inQuery}`, headers: { authorization: `Bearer ${inHeader}` } });
  for (const proxy of proxies) assert.equal((await send(proxy)).status, 401);
  for (const { program } of nodes) program.kill('SIGKILL');
  await Promise.all(nodes.map(({ program }) => program.ended));
  for (const proxy of proxies) {
    assert.match(String((await send(proxy)).status), /^50[23]$/);
    await proxy.untilLogged(/"path":"\/userinfo","status":401/);
    await proxy.untilLogged(/"path":"\/userinfo","status":50[23]/);
    const log = proxy.logged();
    assert.equal(log.includes(inQuery) || log.includes(inHeader), false, proxy.name);
  }
});

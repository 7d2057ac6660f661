// Two nodes on one PostgreSQL, restarted one after the other again and again, while users log in through a balancer.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBalancer } from '../../scripts/faults/balancer.ts';
import {
  CHEAP_HASHING,
  type FaultInstallation,
  type FaultServer,
  makeFaultInstallation,
} from '../../scripts/faults/fault-server.ts';
import { inFull, record, say } from '../../scripts/faults/figure.ts';
import { createRawClient } from '../../scripts/faults/raw-client.ts';
import { anyRequest, login, USERS } from '../../scripts/faults/requests.ts';
import { emailOf, HOST, PASSWORD, tenantWith } from '../../scripts/faults/tenant.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { exchange } from '../support/http-exchange.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { type Proxy, startHaproxy, startNginx } from '../support/proxies.ts';

const RESTARTS = inFull(20, 2);
const CONNECTIONS = 8;
/** Several times as long as the balancer takes to notice. */
const DELAY = { GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '1' };
/** As the proxies of examples/ have it. */
const DELAY_OF_PROXIES = { GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '5' };

let database: PostgresqlDatabase;
let installation: FaultInstallation;
before(async () => {
  database = await createPostgresqlDatabase();
  installation = await makeFaultInstallation({
    tenant: tenantWith(),
    users: true,
    databaseUrl: database.url,
    environment: CHEAP_HASHING,
  });
});
after(async () => {
  installation.remove();
  await database.drop();
});

/** What nodes said at their ends, counted. */
interface Drained {
  nodes: number;
  answered: number;
}

/** Ends the node and counts it when it ended as it is to. */
async function drain(node: FaultServer, drained: Drained): Promise<void> {
  const { msg, answered, cutOff } = (await node.stop()).at(-1) ?? {};
  if (msg !== 'drained' || typeof answered !== 'number' || cutOff !== 0) return;
  drained.nodes += 1;
  drained.answered += answered;
}

/** The logins through one balancer or proxy. */
interface Logins {
  readonly through: string;
  answered: number;
  readonly failed: string[];
}

function recordRestarts(all: readonly Logins[], drained: Drained): void {
  record([
    ...all.map(({ through, answered, failed }) => ({
      name: `requests through ${through} that failed in ${RESTARTS} rolling restarts of two nodes`,
      value: failed.length,
      unit: 'count' as const,
      atMost: 0,
      note: [`${answered} logins`, ...new Set(failed)].slice(0, 5).join('; '),
    })),
    {
      name: `nodes behind ${all.map(({ through }) => through).join(' and ')} that ended with code 0, having said what they drained`,
      value: drained.nodes,
      unit: 'count',
      atLeast: 2 * RESTARTS,
      note: `${drained.answered} requests answered while draining`,
    },
  ]);
}

test('restarting one node after the other loses no request [F-10]', async () => {
  let nodes: readonly FaultServer[] = [await installation.serve(DELAY), await installation.serve(DELAY)];
  const balancer = await startBalancer();
  await balancer.use(nodes.map((node) => node.port));

  const restarted = new AbortController();
  const logins: Logins = { through: 'a balancer', answered: 0, failed: [] };
  const load = Array.from({ length: CONNECTIONS }, async () => {
    const client = createRawClient(balancer.port);
    while (!restarted.signal.aborted) {
      try {
        const { status, body } = await client.send(anyRequest('logins').bytes);
        logins.answered += 1;
        if (status !== 200 || !body.includes('"access_token"')) logins.failed.push(`${status} ${body}`);
      } catch (error) {
        logins.failed.push(String(error));
      }
    }
    client.close();
  });

  const drained: Drained = { nodes: 0, answered: 0 };
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    say(`rolling restart ${restart} of ${RESTARTS}; ${logins.answered} logins so far`);
    for (const old of nodes) {
      await drain(old, drained);
      const young = await installation.serve(DELAY);
      nodes = nodes.map((node) => (node === old ? young : node));
      await balancer.use(nodes.map((node) => node.port));
      await sleep(300);
    }
  }
  restarted.abort();
  await Promise.all(load);
  balancer.close();
  await Promise.all(nodes.map((node) => node.stop()));
  logins.failed.push(...balancer.failures);
  recordRestarts([logins], drained);
});

/** One login over TLS, from an address of loopback that stays its caller's. */
async function logInThrough({ port, authority }: Proxy, caller: number): Promise<void> {
  const { status, text } = await exchange({
    ...{ port, authority, path: '/oauth/token', headers: { host: HOST }, localAddress: `127.0.0.${2 + caller}` },
    json: JSON.parse(login(emailOf(1 + randomInt(USERS)), PASSWORD)) as object,
  });
  if (status !== 200) throw new Error(`${status} ${text}`);
}

test('behind nginx and HAProxy restarting one node after the other loses no request [F-10]', async () => {
  const ports = await findTwoFreePorts();
  const serve = (port: number) => installation.serve({ ...DELAY_OF_PROXIES, GATEHOUSE_PORT: String(port) });
  const nodes = await Promise.all(ports.map(serve));
  const proxies = [await startNginx(ports), await startHaproxy(ports)];

  const restarted = new AbortController();
  const all = proxies.map((proxy) => ({ proxy, through: proxy.name, answered: 0, failed: [] as string[] }));
  const load = all.flatMap((logins, index) =>
    Array.from({ length: CONNECTIONS / 2 }, async (_, caller) => {
      while (!restarted.signal.aborted) {
        try {
          await logInThrough(logins.proxy, index * CONNECTIONS + caller);
          logins.answered += 1;
        } catch (error) {
          logins.failed.push(String(error));
        }
      }
    }),
  );

  const drained: Drained = { nodes: 0, answered: 0 };
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const soFar = all.map(({ through, answered }) => `${answered} logins through ${through}`);
    say(`rolling restart ${restart} of ${RESTARTS}; ${soFar.join(', ')}`);
    for (const [index, port] of ports.entries()) {
      await drain(nodes[index] ?? assert.fail(), drained);
      await Promise.all(proxies.map((proxy) => proxy.untilReady(index, false)));
      nodes[index] = await serve(port);
      await Promise.all(proxies.map((proxy) => proxy.untilReady(index, true)));
    }
  }
  restarted.abort();
  await Promise.all(load);
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await Promise.all(nodes.map((node) => node.stop()));
  recordRestarts(all, drained);
});

// Two nodes on one PostgreSQL, restarted one after the other again and again, while users log in through a balancer.
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
import { anyRequest } from '../../scripts/faults/requests.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';

const RESTARTS = inFull(20, 2);
const CONNECTIONS = 8;
/** Several times as long as the balancer takes to notice. */
const DELAY = { GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '1' };

let database: PostgresqlDatabase;
let installation: FaultInstallation;
let nodes: readonly FaultServer[] = [];
before(async () => {
  database = await createPostgresqlDatabase();
  installation = await makeFaultInstallation({
    tenant: tenantWith(),
    users: true,
    databaseUrl: database.url,
    environment: { ...CHEAP_HASHING, ...DELAY },
  });
  nodes = [await installation.serve(), await installation.serve()];
});
after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  installation.remove();
  await database.drop();
});

test('restarting one node after the other loses no request [F-10]', async () => {
  const balancer = await startBalancer();
  await balancer.use(nodes.map((node) => node.port));

  const restarted = new AbortController();
  const failed: string[] = [];
  let answered = 0;
  const load = Array.from({ length: CONNECTIONS }, async () => {
    const client = createRawClient(balancer.port);
    while (!restarted.signal.aborted) {
      try {
        const { status, body } = await client.send(anyRequest('logins').bytes);
        answered += 1;
        if (status !== 200 || !body.includes('"access_token"')) failed.push(`${status} ${body}`);
      } catch (error) {
        failed.push(String(error));
      }
    }
    client.close();
  });

  let drainedWithCount = 0;
  let answeredWhileDraining = 0;
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    say(`rolling restart ${restart} of ${RESTARTS}; ${answered} logins so far`);
    for (const old of nodes) {
      const log = await old.stop();
      const { msg, answered: count, cutOff } = log.at(-1) ?? {};
      if (msg === 'drained' && typeof count === 'number' && cutOff === 0) {
        drainedWithCount += 1;
        answeredWhileDraining += count;
      }
      const young = await installation.serve();
      nodes = nodes.map((node) => (node === old ? young : node));
      await balancer.use(nodes.map((node) => node.port));
      await sleep(300);
    }
  }
  restarted.abort();
  await Promise.all(load);
  balancer.close();

  record([
    {
      name: `requests that failed in ${RESTARTS} rolling restarts of two nodes`,
      value: failed.length + balancer.failures.length,
      unit: 'count',
      atMost: 0,
      note: [`${answered} logins`, ...new Set(failed), ...new Set(balancer.failures)].slice(0, 5).join('; '),
    },
    {
      name: 'nodes that ended with code 0, having said what they drained',
      value: drainedWithCount,
      unit: 'count',
      atLeast: 2 * RESTARTS,
      note: `${answeredWhileDraining} requests answered while draining`,
    },
  ]);
});

// A PostgreSQL that is away, dead without saying so, slow, or cut off between a commit and its answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../../scripts/bench/statistics.ts';
import {
  CHEAP_HASHING,
  type FaultInstallation,
  type FaultServer,
  makeFaultInstallation,
} from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { createRawClient, headerOf } from '../../scripts/faults/raw-client.ts';
import { anyRequest, getRequest, jsonRequest, login, tokenRequest } from '../../scripts/faults/requests.ts';
import { startTcpProxy, type TcpProxy } from '../../scripts/faults/tcp-proxy.ts';
import { DATABASE, emailOf, PASSWORD, PUBLIC_CLIENT, tenantWith } from '../../scripts/faults/tenant.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';

const AWAY_SECONDS = inFull(60, 6);
const SILENT_SECONDS = inFull(60, 15);
const SLOW_SECONDS = inFull(60, 15);
const CUTS = inFull(200, 20);
const CONNECTIONS = 8;
const SLOW_BY_MS = 2000;
const LONGEST_REFUSAL_MS = 1200;
const LONGEST_RECOVERY_SECONDS = 5;
/** What a server waits for a statement, and a little. */
const LONGEST_SILENCE_MS = 8500;

let database: PostgresqlDatabase;
let proxy: TcpProxy;
let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  database = await createPostgresqlDatabase();
  proxy = await startTcpProxy(database.url);
  installation = await makeFaultInstallation({
    tenant: tenantWith({ isOpenToSignUp: true }),
    users: true,
    databaseUrl: proxy.url,
    environment: CHEAP_HASHING,
  });
  server = await installation.serve();
  await load(3);
});
after(async () => {
  proxy.mend();
  await server.stop();
  await proxy.close();
  installation.remove();
  await database.drop();
});

interface Seen {
  readonly ok: number[];
  readonly refused: number[];
  /** Statuses that are neither, and lost answers. */
  readonly others: string[];
  readonly probes: Readonly<Record<string, Map<number, number>>>;
}

const PROBES = ['/.well-known/jwks.json', '/.well-known/openid-configuration', '/readyz', '/healthz'] as const;

/** Logs users in for so long, asking for what needs no database too. */
async function load(seconds: number): Promise<Seen> {
  const seen = { ok: [] as number[], refused: [] as number[], others: [] as string[] };
  const probes = Object.fromEntries(PROBES.map((path) => [path, new Map<number, number>()]));
  const endAt = performance.now() + seconds * 1000;
  const logins = Array.from({ length: CONNECTIONS }, async () => {
    const client = createRawClient(server.port);
    while (performance.now() < endAt) {
      try {
        const answer = await client.send(anyRequest('logins').bytes);
        const isRefusal = answer.status === 503 && Number(headerOf(answer, 'retry-after')) >= 1;
        if (answer.status === 200) seen.ok.push(answer.ms);
        else if (isRefusal) seen.refused.push(answer.ms);
        else seen.others.push(`${answer.status} ${answer.body}`);
      } catch (error) {
        seen.others.push(String(error));
      }
      // As fast as a caller would ask again, not as fast as refusals can be given.
      await sleep(20);
    }
    client.close();
  });
  const probing = PROBES.map(async (path) => {
    const client = createRawClient(server.port);
    while (performance.now() < endAt) {
      const { status } = await client.send(getRequest(path));
      probes[path]?.set(status, (probes[path].get(status) ?? 0) + 1);
      await sleep(100);
    }
    client.close();
  });
  await Promise.all([...logins, ...probing]);
  return { ...seen, probes };
}

/** Seconds until a login works again. */
async function recover(): Promise<number> {
  const startedAt = performance.now();
  const client = createRawClient(server.port);
  while ((await client.send(tokenRequest(login(emailOf(1), PASSWORD)))).status !== 200) {
    assert.ok(performance.now() - startedAt < 60_000);
    await sleep(50);
  }
  client.close();
  return (performance.now() - startedAt) / 1000;
}

const count = (name: string, value: number, note = ''): Figure => ({ name, value, unit: 'count', atMost: 0, note });
const notOk = (seen: Seen, path: string) =>
  [...(seen.probes[path] ?? [])].filter(([status]) => status !== 200).reduce((sum, [, times]) => sum + times, 0);

/** What holds whatever way the database is away in. */
function figuresOf(what: string, seen: Seen, recoverySeconds: number, usual: number): Figure[] {
  return [
    count(
      `${what}: answers that are no token and no 503`,
      seen.others.length,
      [...new Set(seen.others)].slice(0, 3).join('; '),
    ),
    count(
      `${what}: key sets and discovery documents that were not served`,
      notOk(seen, PROBES[0]) + notOk(seen, PROBES[1]),
    ),
    count(`${what}: times that the process was not alive`, notOk(seen, '/healthz')),
    { name: `${what}: times that it was not ready`, value: notOk(seen, '/readyz'), unit: 'count', atLeast: 1 },
    {
      name: `${what}: first login after it is back`,
      value: recoverySeconds,
      unit: 's',
      atMost: LONGEST_RECOVERY_SECONDS,
    },
    {
      name: `${what}: most connections, of the usual number`,
      value: proxy.most / usual,
      unit: 'times',
      atMost: 2,
      note: `${usual} usually`,
    },
  ];
}

test('while PostgreSQL is away logins are refused quickly, keys are published, and all is well soon after [F-04]', async () => {
  const usual = Math.max(proxy.open, 1);
  say(`PostgreSQL away for ${AWAY_SECONDS} s`);
  proxy.down();
  const seen = await load(AWAY_SECONDS);
  proxy.mend();
  proxy.forgetMost();
  const recoverySeconds = await recover();
  await load(2);
  record([
    {
      ...{
        name: 'away: p99 of refusals',
        value: percentile(seen.refused, 0.99),
        unit: 'ms',
        atMost: LONGEST_REFUSAL_MS,
      },
      note: `${seen.refused.length} refusals`,
    },
    ...figuresOf('away', seen, recoverySeconds, usual),
  ]);
});

test('a PostgreSQL that is dead without saying so is given up in time, and found again [F-04]', async () => {
  const usual = Math.max(proxy.open, 1);
  say(`PostgreSQL silent for ${SILENT_SECONDS} s`);
  proxy.fallSilent();
  const seen = await load(SILENT_SECONDS);
  proxy.mend();
  proxy.forgetMost();
  const recoverySeconds = await recover();
  await load(2);
  record([
    {
      ...{
        name: 'silent: p99 of refusals',
        value: percentile(seen.refused, 0.99),
        unit: 'ms',
        atMost: LONGEST_SILENCE_MS,
      },
      note: `${seen.refused.length} refusals, p50 ${percentile(seen.refused, 0.5).toFixed(0)} ms`,
    },
    ...figuresOf('silent', seen, recoverySeconds, usual),
  ]);
});

test('a PostgreSQL that takes two seconds longer ends nothing, and all is well soon after [F-05]', async () => {
  say(`PostgreSQL slower by ${SLOW_BY_MS} ms for ${SLOW_SECONDS} s`);
  proxy.delayMs = SLOW_BY_MS;
  const seen = await load(SLOW_SECONDS);
  proxy.delayMs = 0;
  const recoverySeconds = await recover();
  const [first = 'none'] = seen.others;
  record([
    // Each of its questions takes two seconds: how long a login takes then is told, and not promised.
    {
      name: 'slow: longest refusal',
      value: Math.max(0, ...seen.refused),
      unit: 'ms',
      note: `${seen.refused.length} refusals`,
    },
    { name: 'slow: answers that never came', value: seen.others.length, unit: 'count', note: first },
    count('slow: times that the process was not alive', notOk(seen, '/healthz')),
    { name: 'slow: first login afterwards', value: recoverySeconds, unit: 's', atMost: LONGEST_RECOVERY_SECONDS },
  ]);
});

test('a sign-up whose answer is lost after the commit is there, once, and saying it again says so [F-14]', async () => {
  say(`${CUTS} commits whose answers are cut off`);
  const client = createRawClient(server.port);
  const wrong: string[] = [];
  let lost = 0;
  for (let cut = 0; lost < CUTS && cut < 2 * CUTS; cut += 1) {
    const email = `cut${cut}@example.com`;
    const signUp = jsonRequest('/dbconnections/signup', {
      client_id: PUBLIC_CLIENT,
      connection: DATABASE,
      email,
      password: PASSWORD,
    });
    const committed = proxy.cutNextCommit();
    const first = await client.send(signUp);
    await committed;
    const again = await client.send(signUp);
    const entered = await client.send(tokenRequest(login(email, PASSWORD)));
    const told = [first, again, entered].map(({ status }) => status).join(' ');
    if (told === '503 400 200') lost += 1;
    // The server commits work of its own, too: then it was the answer to that.
    else if (told !== '200 400 200') wrong.push(told);
  }
  client.close();
  record([
    { name: 'sign-ups whose answer was lost', value: lost, unit: 'count', atLeast: CUTS },
    count('sign-ups that were not there once', wrong.length, [...new Set(wrong)].join('; ')),
  ]);
});

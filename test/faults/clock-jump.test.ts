// Two nodes on one PostgreSQL, one of them with a clock that jumps: what is locked stays locked on both for as long as it was
// to be, and no longer, and tokens stay sane.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { findFaketime, type MovableClock, makeMovableClock } from '../../scripts/faults/faketime.ts';
import {
  CHEAP_HASHING,
  type FaultInstallation,
  type FaultServer,
  makeFaultInstallation,
} from '../../scripts/faults/fault-server.ts';
import { type Figure, record, say } from '../../scripts/faults/figure.ts';
import { createRawClient, type RawAnswer } from '../../scripts/faults/raw-client.ts';
import { getRequest, login, tokenRequest } from '../../scripts/faults/requests.ts';
import { DATABASE, emailOf, PASSWORD, tenantWith } from '../../scripts/faults/tenant.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';

const HOUR = 3600;
const JUMPS: Readonly<Record<string, number>> = {
  'an hour forward': HOUR,
  'an hour back': -HOUR,
  'a day back': -24 * HOUR,
};
/** What an address may get wrong, and how long it waits to get one back. */
const GUESSES = 5;
const GIVEN_BACK_AFTER_MS = 12_000;
const BLOCKED_AFTER = 3;

const library = findFaketime();
let database: PostgresqlDatabase;
let installation: FaultInstallation;
let clock: MovableClock;
let nodes: readonly FaultServer[];
let jumping: FaultServer;
before(async () => {
  if (library === null) return;
  database = await createPostgresqlDatabase();
  clock = makeMovableClock(library);
  const victims = Object.keys(JUMPS).map((_, index) => ({
    connection: DATABASE,
    email: victimOf(index),
    password: PASSWORD,
  }));
  const attackProtection = {
    bruteForceProtection: { max_attempts: BLOCKED_AFTER },
    suspiciousIpThrottling: { stage: { 'pre-login': { max_attempts: GUESSES, rate: GIVEN_BACK_AFTER_MS } } },
  };
  installation = await makeFaultInstallation({
    tenant: tenantWith({ users: victims, attackProtection }),
    databaseUrl: database.url,
    environment: CHEAP_HASHING,
  });
  jumping = await installation.serve(clock.environment);
  nodes = [await installation.serve(), jumping];
});
after(async () => {
  if (library === null) return;
  await Promise.all(nodes.map((node) => node.stop()));
  installation.remove();
  clock.remove();
  await database.drop();
});

function victimOf(index: number): string {
  return `victim${index}@example.com`;
}

async function send({ port }: FaultServer, bytes: string): Promise<RawAnswer> {
  const client = createRawClient(port);
  const answer = await client.send(bytes);
  client.close();
  return answer;
}

const attempt = async (node: FaultServer, address: string, name: string, password = 'guess') =>
  (await send(node, tokenRequest(login(name, password), { 'X-Forwarded-For': address }))).status;

async function skewOf(node: FaultServer): Promise<number> {
  const { body } = await send(node, getRequest('/readyz'));
  return Number((JSON.parse(body) as { clock_skew_seconds: unknown }).clock_skew_seconds);
}

/** What was found for one jump. */
async function jump(what: string, seconds: number, index: number): Promise<Figure[]> {
  say(`the clock of one node is set ${what}`);
  const [guesser, blocked] = [`203.0.113.${index + 1}`, `198.51.100.${index + 1}`];
  for (let guess = 0; guess < BLOCKED_AFTER; guess += 1) await attempt(jumping, blocked, victimOf(index));
  for (let guess = 0; guess < GUESSES; guess += 1)
    await attempt(jumping, guesser, `ghost${index}-${guess}@example.com`);
  const spentAt = performance.now();
  const refusedBefore = await Promise.all(nodes.map((node) => attempt(node, guesser, 'ghost@example.com')));
  assert.deepEqual(refusedBefore, [429, 429], 'the address has spent its guesses');

  clock.set(seconds);
  while (Math.abs((await skewOf(jumping)) - seconds) > 5) {
    assert.ok(performance.now() - spentAt < GIVEN_BACK_AFTER_MS / 2, '/readyz shows the jump');
    await sleep(100);
  }
  const early: number[] = [];
  for (const node of nodes) {
    early.push(await attempt(node, guesser, 'ghost@example.com'));
    early.push(await attempt(node, blocked, victimOf(index), PASSWORD));
  }
  const { status, body } = await send(jumping, tokenRequest(login(emailOf(0), PASSWORD)));
  assert.equal(status, 200, body);
  const { iat = 0, exp = 0 } = decodeJwt((JSON.parse(body) as { access_token: string }).access_token);

  // One guess has been given back: only the node that jumped is asked.
  await sleep(GIVEN_BACK_AFTER_MS + 1000 - (performance.now() - spentAt));
  const late = await attempt(jumping, guesser, 'ghost@example.com');
  const stillBlocked = await attempt(jumping, blocked, victimOf(index), PASSWORD);
  clock.set(0);
  return [
    count(`clock set ${what}: locked attempts let in early, on either node`, early.filter((one) => one !== 429).length),
    count(`clock set ${what}: attempts still refused when their time had come`, late === 403 ? 0 : 1),
    count(`clock set ${what}: blocks that were gone`, stillBlocked === 429 ? 0 : 1),
    count(`clock set ${what}: tokens that expire before they are issued`, exp > iat ? 0 : 1),
  ];
}

function count(name: string, value: number): Figure {
  return { name, value, unit: 'count', atMost: 0 };
}

test('a clock that jumps on one of two nodes unlocks nothing early and locks nobody for ever [F-15]', async () => {
  if (library === null) {
    record([
      {
        name: 'jumps of a real clock: not tried, for want of libfaketime (package faketime); see the unit tests',
        value: Number.NaN,
        unit: 'count',
      },
    ]);
    return;
  }
  const figures: Figure[] = [];
  for (const [index, [what, seconds]] of Object.entries(JUMPS).entries())
    figures.push(...(await jump(what, seconds, index)));
  say('until the node notices that its clock is off');
  clock.set(HOUR);
  const startedAt = performance.now();
  await jumping.program.waitFor(/"level":"warn".*"skewSeconds":3[56]\d\d/);
  figures.push({
    name: 'until a node with a wrong clock says so in its log',
    value: (performance.now() - startedAt) / 1000,
    unit: 's',
    atMost: 65,
  });
  record(figures);
});

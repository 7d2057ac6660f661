// One refresh token used, and one name signed up, at two servers on one PostgreSQL: the database picks the winner, also when a
// server stands still.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countOf, recordDone } from '../../scripts/faults/repetition.ts';
import { exchange } from '../support/http-exchange.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import {
  LEEWAY_CLIENT,
  loginRequest,
  REFRESH_TENANT,
  ROTATING_CLIENT,
  refreshRequest,
  type Tokens,
} from '../support/refresh-tenant.ts';
import { needs } from '../support/required-program.ts';
import { PATIENT_PROTECTION, PUBLIC_CLIENT, REALM_GRANT } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const USES = 'uses of one refresh token at two servers at once, rounds';
const ROUNDS = countOf(USES);
const SIGN_UPS = 'sign-ups of one name at two servers at once, rounds';
const CALLERS = 8;
const ROUNDS_AT_ONCE = 4;

const OPEN = 'Open';
const TENANT = {
  ...REFRESH_TENANT,
  databases: [
    ...REFRESH_TENANT.databases,
    { name: OPEN, enabled_clients: ['CLI'], options: { passwordPolicy: 'none', disable_signup: false } },
  ],
  // All of them come from one address.
  attackProtection: { ...PATIENT_PROTECTION, suspiciousIpThrottling: { enabled: false } },
};

const skip = needs('postgresql');
const installation = makeInstallation();
let database: PostgresqlDatabase;
let nodes: readonly [ServedServer, ServedServer];

before(async () => {
  if (skip !== false) return;
  database = await createPostgresqlDatabase();
  installation.environment['GATEHOUSE_DATABASE_URL'] = database.url;
  nodes = await Promise.all([installation.serve(), installation.serve()]);
  const { code, stderr } = await installation.apply('tenant', TENANT);
  assert.equal(code, 0, stderr);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(nodes.map((node) => node.program.stop()));
  await database.drop();
  installation.remove();
});

async function logIn(clientId: string): Promise<string> {
  // Without an API and without openid nothing is signed: there is more time for what this is about.
  const request = { ...loginRequest(clientId), audience: `https://${HOST}/userinfo`, scope: 'email offline_access' };
  const answer = await requestToken(nodes[0].port, request);
  assert.equal(answer.status, 200, answer.text);
  return answer.json<Tokens>().refresh_token ?? '';
}

/** Uses of one token at once, at both servers in turns: the refresh tokens of those that got one. */
async function useAtOnce(clientId: string, token: string): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: CALLERS }, (_, caller) =>
      requestToken(nodes[caller % 2 === 0 ? 0 : 1].port, refreshRequest(clientId, token)),
    ),
  );
  for (const { status, text } of answers) {
    if (status !== 200) assert.match(text, /"error":"invalid_grant"/);
  }
  return answers.filter(({ status }) => status === 200).map((answer) => answer.json<Tokens>().refresh_token ?? '');
}

test(`of ${CALLERS} uses of one token at two servers exactly one wins, ${ROUNDS} times over [F-13]`, {
  skip,
}, async () => {
  let round = 0;
  const lines = Array.from({ length: ROUNDS_AT_ONCE }, async () => {
    while (round < ROUNDS) {
      round += 1;
      const won = await useAtOnce(ROTATING_CLIENT, await logIn(ROTATING_CLIENT));
      assert.equal(won.length, 1);
    }
  });
  await Promise.all(lines);
  recordDone(USES);
});

test('within the leeway all win at both servers, and all go on from one token [F-13]', { skip }, async () => {
  for (let round = 0; round < 20; round += 1) {
    const won = await useAtOnce(LEEWAY_CLIENT, await logIn(LEEWAY_CLIENT));
    assert.equal(won.length, CALLERS);
    assert.equal(new Set(won).size, 1);
  }
});

test('a server that stood still for five seconds in the middle of it makes no second winner [F-13]', {
  skip,
}, async () => {
  const token = await logIn(ROTATING_CLIENT);
  const using = useAtOnce(ROTATING_CLIENT, token);
  nodes[1].program.kill('SIGSTOP');
  const first = requestToken(nodes[0].port, refreshRequest(ROTATING_CLIENT, token));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  nodes[1].program.kill('SIGCONT');
  const won = await using;
  const last = await first;
  assert.equal(won.length + (last.status === 200 ? 1 : 0), 1);
});

/** What became of sign-ups of one name at once, at both servers in turns; 0 where no answer came. */
async function signUpAtOnce(email: string, meanwhile: () => void = () => {}): Promise<number[]> {
  const sent = Array.from({ length: CALLERS }, (_, caller) =>
    exchange({
      ...{ port: nodes[caller % 2 === 0 ? 0 : 1].port, path: '/dbconnections/signup', headers: { host: HOST } },
      json: { client_id: PUBLIC_CLIENT, connection: OPEN, email, password: `the password of caller ${caller}` },
    }).then(
      ({ status }) => status,
      () => 0,
    ),
  );
  meanwhile();
  return Promise.all(sent);
}

/** How many of the callers can log in with the password that they chose. */
async function countOwners(email: string): Promise<number> {
  let owners = 0;
  for (let caller = 0; caller < CALLERS; caller += 1) {
    const { status } = await requestToken(nodes[0].port, {
      ...{ grant_type: REALM_GRANT, client_id: PUBLIC_CLIENT, realm: OPEN, username: email },
      password: `the password of caller ${caller}`,
    });
    if (status === 200) owners += 1;
  }
  return owners;
}

const winners = (statuses: readonly number[]) => statuses.filter((status) => status === 200).length;

test('of sign-ups of one name at two servers exactly one makes the account, and only its password opens it [F-13]', {
  skip,
}, async () => {
  for (let round = 0; round < countOf(SIGN_UPS); round += 1) {
    const email = `round-${round}@example.com`;
    const statuses = await signUpAtOnce(email);
    assert.equal(winners(statuses), 1, statuses.join(' '));
    assert.equal(statuses.filter((status) => status === 400).length, CALLERS - 1, statuses.join(' '));
    assert.equal(await countOwners(email), 1);
  }
  recordDone(SIGN_UPS);
});

test('a server that stood still for five seconds in the middle of it makes no second account [F-13]', {
  skip,
}, async () => {
  const email = 'paused@example.com';
  const signingUp = signUpAtOnce(email, () => nodes[1].program.kill('SIGSTOP'));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  nodes[1].program.kill('SIGCONT');
  const statuses = await signingUp;
  assert.ok(winners(statuses) <= 1, statuses.join(' '));
  assert.equal(await countOwners(email), 1);
});

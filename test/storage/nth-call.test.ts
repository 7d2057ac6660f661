// The n-th call to the database goes wrong, for every n, in each of the main requests: whatever it was, it was no success.
// Nobody gets a token who would not have got one, nothing is there by half, the caller and the log are told once, and the
// next request works.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { countOf, recordDone } from '../../scripts/faults/repetition.ts';
import type { PasswordHasher, Verification } from '../../src/directory/database/password-hash.ts';
import { createMailOutbox } from '../../src/mail/mail-outbox.ts';
import type { Schema } from '../../src/storage/schema.ts';
import { type CallFault, createFaultyDatabase, type FaultyDatabase } from '../support/faulty-database.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import {
  LEEWAY_CLIENT,
  logIn,
  loginRequest,
  REFRESH_TENANT,
  refreshRequest,
  STEADY_CLIENT,
} from '../support/refresh-tenant.ts';
import { DATABASE, PASSWORD, REALM_GRANT, SAMPLE_TENANT, USER_ID } from '../support/sample-tenant.ts';
import { OPEN, OPEN_TENANT } from '../support/sign-up-server.ts';
import { HOST } from '../support/start-server.ts';
import { createTestClock } from '../support/test-clock.ts';

const WAYS = 'ways in which each call to the database fails';

type Json = Record<string, unknown>;

/** What an answer is judged by. */
interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** Stands in front of the database. */
let database: FaultyDatabase;
let server: ManagementServer;
const log = createMemoryLog();
/** Made afresh for every try. */
let token = '';
let manager = '';
let tries = 0;

/** What hashing costs is not what this is about: the same check is made once. */
function rememberHashes(hasher: PasswordHasher): PasswordHasher {
  const verified = new Map<string, Promise<Verification>>();
  let hashed: Promise<string> | null = null;
  return {
    ...hasher,
    hash: (password) => (hashed ??= hasher.hash(password)),
    verify(hash, password) {
      const key = `${hash} ${password.reveal()}`;
      const known = verified.get(key) ?? hasher.verify(hash, password);
      verified.set(key, known);
      return known;
    },
  };
}

const TENANT = {
  ...OPEN_TENANT,
  resourceServers: REFRESH_TENANT.resourceServers,
  clients: [...REFRESH_TENANT.clients, ...MANAGED_TENANT.clients.slice(SAMPLE_TENANT.clients.length)],
  clientGrants: MANAGED_TENANT.clientGrants,
  databases: OPEN_TENANT.databases.map((one) => REFRESH_TENANT.databases.find(({ name }) => name === one.name) ?? one),
};

before(async () => {
  server = await startManagementServer({
    tenant: TENANT,
    logger: log.logger,
    outbox: createMailOutbox(createTestClock()),
    wrapHasher: rememberHashes,
    wrapDatabase: (real) => {
      database = createFaultyDatabase(real);
      return database;
    },
  });
  manager = await server.managementToken();
});
after(() => server.close());
after(() => recordDone(WAYS));

const post = (url: string, body: Json): Promise<Answer> =>
  server.app.server.inject({
    ...{ method: 'POST', url, payload: JSON.stringify(body) },
    headers: { host: HOST, 'content-type': 'application/json' },
  });
const login = (more: Json = {}) => post('/oauth/token', { ...loginRequest(STEADY_CLIENT), ...more });
const newcomer = () => `newcomer${tries}@example.com`;

interface MainRequest {
  readonly send: () => Promise<Answer>;
  /** The status without a fault. */
  readonly expected: number;
  /** The log event that is written with whatever changes; nothing may change when left out. */
  readonly event?: string;
  /** Before the fault. */
  readonly prepare?: () => Promise<void>;
  /** The status of the same request again, when the first one was done and only its answer was lost; `expected` when left out. */
  readonly afterwards?: number;
}

const REQUESTS: Readonly<Record<string, MainRequest>> = {
  'a login': { send: () => login(), expected: 200, event: 'sepft' },
  'a login with a wrong password': { send: () => login({ password: 'guess' }), expected: 403 },
  'a login of nobody': { send: () => login({ username: 'nobody@example.com' }), expected: 403 },
  'a login of a blocked user': { send: () => login({ username: 'blocked@example.com' }), expected: 403 },
  'a login by realm': {
    send: () => login({ grant_type: REALM_GRANT, client_id: 'PublicClient00000000000000000000', realm: DATABASE }),
    expected: 200,
    event: 'sepft',
  },
  'a refresh': {
    prepare: async () => {
      token = await logIn(server, STEADY_CLIENT);
    },
    send: () => post('/oauth/token', refreshRequest(STEADY_CLIENT, token)),
    expected: 200,
    event: 'sertft',
  },
  'a refresh that rotates': {
    prepare: async () => {
      token = await logIn(server, LEEWAY_CLIENT);
    },
    send: () => post('/oauth/token', refreshRequest(LEEWAY_CLIENT, token)),
    expected: 200,
    event: 'sertft',
  },
  'client credentials': {
    send: () =>
      post('/oauth/token', {
        grant_type: 'client_credentials',
        client_id: 'ManagementClient0000000000000000',
        client_secret: 'management-client-secret-0123456789',
        audience: `https://${HOST}/api/v2/`,
      }),
    expected: 200,
  },
  userinfo: {
    prepare: async () => {
      token = (JSON.parse((await login()).body) as { access_token: string }).access_token;
    },
    send: () =>
      server.app.server.inject({ url: '/userinfo', headers: { host: HOST, authorization: `Bearer ${token}` } }),
    expected: 200,
  },
  'a forgotten password': {
    send: () => post('/dbconnections/change_password', { email: newcomer(), connection: DATABASE }),
    expected: 200,
  },
  'a revocation': {
    prepare: async () => {
      token = await logIn(server, STEADY_CLIENT);
    },
    send: () => post('/oauth/revoke', { client_id: STEADY_CLIENT, token }),
    expected: 200,
    event: 'srrt',
  },
  'a change of a user': {
    send: async () =>
      (await server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, { nickname: `try ${tries}` }, manager)).raw,
    expected: 200,
    event: 'sapi',
  },
  'a sign-up': {
    send: () =>
      post('/dbconnections/signup', {
        client_id: 'PublicClient00000000000000000000',
        connection: OPEN,
        email: newcomer(),
        password: PASSWORD,
      }),
    expected: 200,
    event: 'ss',
    afterwards: 400,
  },
};

const FAULTS = (['outage', 'mistake', 'nothing', 'answer lost', 'no answer in time'] as const).slice(0, countOf(WAYS));
/** Faults of calls that were not made. */
const UNDONE: ReadonlySet<CallFault> = new Set(['outage', 'mistake', 'no answer in time']);

/** What must be there whole or not at all; counters and events are written for refusals too. */
const KEPT: readonly (keyof Schema)[] = [
  'users',
  'identities',
  'login_identifiers',
  'credentials',
  'password_history',
  'refresh_tokens',
  'userinfo_claims',
  'mail_requests',
  'tickets',
  'clients',
  'dashboard_sessions',
];

/** That a password was right is noted of its user, whatever becomes of the rest of the login. */
const NOTED = new Set(['last_login', 'last_ip', 'logins_count']);

async function contents(): Promise<ReadonlySet<string>> {
  const rows = new Set<string>();
  for (const name of KEPT) {
    for (const row of await database.sql.selectFrom(name).selectAll().execute())
      rows.add(`${name} ${JSON.stringify(Object.entries(row).filter(([column]) => !NOTED.has(column)))}`);
  }
  return rows;
}

async function assertWholeAccounts(words: string): Promise<void> {
  const users = await database.sql
    .selectFrom('users as u')
    .leftJoin('identities as i', 'i.user_id', 'u.user_id')
    .leftJoin('credentials as c', 'c.identity_id', 'i.identity_id')
    .leftJoin('login_identifiers as l', 'l.identity_id', 'i.identity_id')
    .select(['u.email', 'c.password_hash', 'l.identifier'])
    .execute();
  for (const user of users)
    assert.ok(user.password_hash && user.identifier, `${words}: ${user.email} is a whole account`);
}

/** Sends it with this call broken; false when it made fewer calls. */
async function tryOnce(name: string, request: MainRequest, number: number, fault: CallFault): Promise<boolean> {
  const words = `${name}, call ${number}: ${fault}`;
  tries += 1;
  // What one try counts is not to be the refusal of another.
  server.clock.advance(60_000);
  await database.sql.deleteFrom('refresh_tokens').execute();
  await request.prepare?.();
  server.app.forgetConfiguration();
  const contentsBefore = await contents();
  const logged = log.text().length;

  database.breakCall(number, fault);
  const answer = await request.send();
  const reached = database.calls >= number;
  database.breakCall(Number.POSITIVE_INFINITY, fault);
  if (!reached) {
    assert.equal(answer.statusCode, request.expected, `${words}: ${answer.body}`);
    return false;
  }

  assertAnswer(words, request, fault, answer);
  const told =
    log
      .text()
      .slice(logged)
      .match(/"level":"error"/g) ?? [];
  assert.equal(told.length, answer.statusCode >= 500 ? 1 : 0, `${words}: lines for ${answer.statusCode}`);
  const changed = (await contents()).symmetricDifference(contentsBefore);
  if (changed.size > 0 && UNDONE.has(fault)) {
    const [event] = await server.logs();
    assert.equal(event?.type, request.event, `${words}: what changed is told: ${[...changed].join('\n')}`);
  }
  await assertWholeAccounts(words);

  server.app.forgetConfiguration();
  const again = await request.send();
  const allowed = changed.size === 0 ? [request.expected] : [request.expected, request.afterwards];
  assert.ok(allowed.includes(again.statusCode), `${words}, and again: ${again.statusCode} ${again.body}`);
  return true;
}

function assertAnswer(words: string, { expected }: MainRequest, fault: CallFault, { statusCode, body }: Answer): void {
  const told = `${words}: ${statusCode} ${body}`;
  if (expected !== 200 || statusCode !== 200) assert.doesNotMatch(body, /"(access|id|refresh)_token":/, told);
  if (expected !== 200) assert.ok(statusCode >= 400, told);
  if (statusCode >= 400) assert.ok(body === 'Unauthorized' || typeof JSON.parse(body) === 'object', told);
  assert.doesNotMatch(body, /a fault of the test|correct horse|select|insert/, told);
  if (fault === 'mistake') assert.equal(statusCode, 500, told);
  else if (fault !== 'nothing') assert.equal(statusCode, 503, told);
}

for (const [name, request] of Object.entries(REQUESTS)) {
  test(`${name}: whichever call to the database fails, it is no success, and nothing is there by half [F-03, T-40]`, async (t: TestContext) => {
    let calls = 0;
    for (const fault of FAULTS) {
      let number = 1;
      while (await tryOnce(name, request, number, fault)) number += 1;
      calls = number - 1;
    }
    assert.ok(calls > 0);
    t.diagnostic(`${calls} calls, ${FAULTS.length} faults each`);
    assert.ok(!log.text().includes(PASSWORD));
  });
}

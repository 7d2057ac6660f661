// `kill -9` at random moments, of a server that logs users in, signs them up, replaces refresh tokens and signing keys, and of an
// `apply` beside it: whatever was answered or reported as done is there at the next start, which needs no repair, and nothing
// is there by half.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { countOf, recordDone } from '../../scripts/faults/repetition.ts';
import { exchange } from '../support/http-exchange.ts';
import { PATIENT_PROTECTION } from '../support/sample-tenant.ts';
import {
  HOST,
  type Installation,
  makeInstallation,
  requestToken,
  type ServedServer,
} from '../support/served-server.ts';

const KILLED = 'servers that were killed';
const ROUNDS = countOf(KILLED);
// Enough that an apply spends a good part of its time writing.
const USERS_PER_FILE = 100;
const WORKERS = 2;
const DATABASE = 'Users';
const PASSWORD = 'correct horse battery staple';
const API = 'https://someapi.com/api';
const MANAGEMENT_API = `https://${HOST}/api/v2/`;
const MANAGER_SECRET = 'the secret of the manager of the keys';
/** A key signs as soon as it is made. */
const AT_ONCE = { GATEHOUSE_KEY_PUBLISH_AHEAD_SECONDS: '0' };

const PLENTY = { max_attempts: 10_000 };
const TENANT = {
  tenant: { name: 'acme', domains: [HOST], default_directory: DATABASE },
  resourceServers: [{ identifier: API, allow_offline_access: true }],
  clients: [
    {
      ...{ name: 'CLI', client_id: 'CLI', app_type: 'native', grant_types: ['password', 'refresh_token'] },
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 60 },
    },
    {
      ...{ name: 'Keys', client_id: 'Keys', client_secret: MANAGER_SECRET, app_type: 'non_interactive' },
      grant_types: ['client_credentials'],
    },
  ],
  clientGrants: [
    { client_id: 'Keys', audience: MANAGEMENT_API, scope: ['create:signing_keys', 'update:signing_keys'] },
  ],
  databases: [{ name: DATABASE, enabled_clients: ['CLI'], options: { passwordPolicy: 'none', disable_signup: false } }],
  // The same few users log in all the time, and whoever signs up does so from one address.
  attackProtection: {
    ...PATIENT_PROTECTION,
    suspiciousIpThrottling: { stage: { 'pre-login': PLENTY, 'pre-user-registration': PLENTY } },
  },
  users: [{ connection: DATABASE, email: 'first@example.com', password: PASSWORD }],
};

let installation: Installation;
before(() => {
  installation = makeInstallation();
  Object.assign(installation.environment, AT_ONCE);
});
after(() => installation.remove());

/** What clients were told, and so must be there for ever. */
interface Ledger {
  /** Ids of answered requests, with the type of their log event. */
  readonly answered: Map<string, string>;
  /** Numbers of the files whose `apply` ended well. */
  readonly applied: Set<number>;
  /** Numbers of the files whose `apply` was killed. */
  readonly interrupted: Set<number>;
  /** Addresses of accounts that were made by signing up. */
  readonly signedUp: Set<string>;
  /** The refresh token that was got last. */
  refreshToken: string;
  /** The key that the last rotation which was answered made the current one. */
  kid: string | null;
}

const emailOf = (file: number, index: number) => `file-${file}-user-${index}@example.com`;

/** A file that adds users of its own, all with the password of the first user. */
function usersFile(file: number) {
  const database = new BetterSqlite(installation.databasePath, { readonly: true });
  const passwordHash = database.prepare('select password_hash from credentials').pluck().get() as string;
  database.close();
  const users = Array.from({ length: USERS_PER_FILE }, (_, index) => ({
    connection: DATABASE,
    email: emailOf(file, index),
    password_hash: passwordHash,
  }));
  return { tenant: TENANT.tenant, users };
}

/** The numbers of a seed, between 0 and 1 (mulberry32), so that a failure can be run again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function logIn({ port }: ServedServer, username: string, password = PASSWORD): Promise<[number, string]> {
  const login = { grant_type: 'password', username, password, audience: API, client_id: 'CLI' };
  const { status, headers } = await requestToken(port, login);
  return [status, String(headers['x-auth0-requestid'])];
}

/** Logs in, rightly and wrongly, until the server is gone, and writes down what was answered. */
async function keepLoggingIn(server: ServedServer, random: () => number, ledger: Ledger): Promise<void> {
  for (;;) {
    const right = random() < 0.7;
    let answer: [number, string];
    try {
      answer = await logIn(server, 'first@example.com', right ? PASSWORD : 'wrong');
    } catch {
      // The connection broke before the answer was whole: nothing was promised.
      return;
    }
    const [status, requestId] = answer;
    assert.equal(status, right ? 200 : 403);
    ledger.answered.set(requestId, right ? 'sepft' : 'fp');
    // Leaves the machine some time for the other half of the work.
    await sleep(20 * random());
  }
}

const signUp = ({ port }: ServedServer, email: string) =>
  exchange({
    ...{ port, path: '/dbconnections/signup', headers: { host: HOST } },
    json: { client_id: 'CLI', connection: DATABASE, email, password: PASSWORD },
  });

const refresh = ({ port }: ServedServer, refreshToken: string) =>
  requestToken(port, { grant_type: 'refresh_token', client_id: 'CLI', refresh_token: refreshToken });

/** Signs up, uses refresh tokens and replaces signing keys, one after the other, until the server is gone. */
async function keepChanging(server: ServedServer, round: number, ledger: Ledger): Promise<void> {
  const { port } = server;
  const proof = { grant_type: 'client_credentials', client_id: 'Keys', client_secret: MANAGER_SECRET };
  try {
    const granted = await requestToken(port, { ...proof, audience: MANAGEMENT_API });
    assert.equal(granted.status, 200, granted.text);
    const authorization = `Bearer ${granted.json<{ access_token: string }>().access_token}`;
    for (let change = 0; ; change += 1) {
      const email = `round-${round}-change-${change}@example.com`;
      const signedUp = await signUp(server, email);
      assert.equal(signedUp.status, 200, signedUp.text);
      ledger.signedUp.add(email);
      const refreshed = await refresh(server, ledger.refreshToken);
      assert.equal(refreshed.status, 200, refreshed.text);
      ledger.refreshToken = refreshed.json<{ refresh_token: string }>().refresh_token;
      const path = '/api/v2/keys/signing/rotate';
      const rotated = await exchange({ port, path, json: {}, headers: { host: HOST, authorization } });
      assert.equal(rotated.status, 201, rotated.text);
      ledger.kid = rotated.json<{ kid: string }>().kid;
    }
  } catch (error) {
    // The connection broke before the answer was whole: nothing was promised.
    if (error instanceof assert.AssertionError) throw error;
  }
}

/** Compares the database with what was promised. */
function assertKept(ledger: Ledger): void {
  const database = new BetterSqlite(installation.databasePath, { readonly: true });
  try {
    assert.equal(database.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(database.pragma('foreign_key_check'), []);

    const events = database.prepare("select event ->> '$.details.request_id', type from log_events").raw().all();
    const kept = new Map(events as [string, string][]);
    const lost = [...ledger.answered].filter(([id, type]) => kept.get(id) !== type);
    assert.deepEqual(lost, [], 'every answered login has its log event');

    // One row for each user that is there, with how much of an account belongs to it.
    const parts = database.prepare(`
      select u.email, count(i.identity_id) + count(c.password_hash) + count(l.identifier)
      from users u
      left join identities i on i.tenant_id = u.tenant_id and i.user_id = u.user_id
      left join credentials c on c.connection_id = i.connection_id and c.identity_id = i.identity_id
      left join login_identifiers l on l.connection_id = i.connection_id and l.identity_id = i.identity_id
      group by u.email`);
    const accounts = new Map(parts.raw().all() as [string, number][]);
    for (const [email, count] of accounts) assert.equal(count, 3, `${email} is a whole account`);
    for (const email of ledger.signedUp) assert.ok(accounts.has(email), `${email} is there`);
    const keys = database.prepare("select kid, status from signing_keys where alg = 'RS256'").raw().all();
    const statuses = new Map(keys as [string, string][]);
    assert.equal(
      [...statuses.values()].filter((status) => status === 'current').length,
      1,
      'one key is the current one',
    );
    assert.ok(
      ledger.kid === null || ['current', 'previous'].includes(statuses.get(ledger.kid) ?? ''),
      'the key is there',
    );
    const usersOf = (file: number) =>
      Array.from({ length: USERS_PER_FILE }, (_, index) => emailOf(file, index)).filter((email) => accounts.has(email));
    for (const file of ledger.applied) assert.equal(usersOf(file).length, USERS_PER_FILE, `file ${file} is there`);
    for (const file of ledger.interrupted) {
      assert.ok([0, USERS_PER_FILE].includes(usersOf(file).length), `file ${file} is there whole or not at all`);
    }
  } finally {
    database.close();
  }
}

/** Starts the server again, checks everything, and kills it in the middle of new work, about when an `apply` ends. */
async function runRound(file: number, random: () => number, usualMs: number, ledger: Ledger): Promise<number> {
  const server = await installation.serve();
  const [newest = 0] = [...ledger.applied].slice(-1);
  assert.equal((await logIn(server, emailOf(newest, 0)))[0], 200, 'the newest account that was promised logs in');
  assertKept(ledger);
  // Whether the last use was stored or not: the token that the client has is good for another one.
  const { status, text } = await refresh(server, ledger.refreshToken);
  assert.equal(status, 200, text);

  const startedAt = performance.now();
  const apply = installation.startApply(`users-${file}`, usersFile(file));
  const requests = Promise.all([
    ...Array.from({ length: WORKERS }, () => keepLoggingIn(server, random, ledger)),
    keepChanging(server, file, ledger),
  ]);
  // One in five comes at any moment, the others when there is something to break off.
  await sleep(usualMs * (random() < 0.2 ? random() : 0.6 + 0.6 * random()));
  server.program.kill('SIGKILL');
  apply.kill('SIGKILL');
  const [{ code, signal, stderr }] = await Promise.all([apply.ended, requests, server.program.ended]);
  assert.ok(code === 0 || signal === 'SIGKILL', stderr);
  (code === 0 ? ledger.applied : ledger.interrupted).add(file);
  // How long it takes depends on what else the machine does: later when they are broken off, sooner when they are not.
  return code === 0 ? usualMs * 0.93 : Math.max(usualMs, 0.9 * (performance.now() - startedAt)) * 1.07;
}

async function runRounds(t: TestContext, seed: number): Promise<void> {
  const random = createRandom(seed);
  const ledger: Ledger = {
    ...{ answered: new Map(), applied: new Set(), interrupted: new Set(), signedUp: new Set() },
    ...{ refreshToken: '', kid: null },
  };
  assert.equal((await installation.apply('tenant', TENANT)).code, 0);
  const startedAt = performance.now();
  assert.equal((await installation.apply('users-0', usersFile(0))).code, 0);
  let usualMs = performance.now() - startedAt;
  ledger.applied.add(0);

  const first = await installation.serve();
  const login = { grant_type: 'password', username: 'first@example.com', password: PASSWORD, client_id: 'CLI' };
  const entered = await requestToken(first.port, { ...login, audience: API, scope: 'offline_access' });
  ledger.refreshToken = entered.json<{ refresh_token: string }>().refresh_token;
  await first.program.stop();
  for (let file = 1; file <= ROUNDS; file += 1) usualMs = await runRound(file, random, usualMs, ledger);
  const last = await installation.serve();
  assert.equal((await logIn(last, 'first@example.com'))[0], 200);
  assertKept(ledger);
  await last.program.stop();

  const { answered, applied, interrupted, signedUp } = ledger;
  t.diagnostic(
    `${answered.size} answered logins, ${applied.size} applied files, ${interrupted.size} interrupted ones, ${signedUp.size} sign-ups`,
  );
  assert.ok(answered.size > ROUNDS && signedUp.size > 1, 'there was something to lose');
  // Of a few rounds all may end one way.
  if (ROUNDS >= 20) assert.ok(applied.size > 1 && interrupted.size > 1, 'both kinds of work were interrupted');
  recordDone(KILLED);
}

test('what was answered or applied before a kill is there after it, and nothing is there by half [F-01]', async (t) => {
  const seed = Number(process.env['GATEHOUSE_TEST_SEED'] ?? randomInt(2 ** 31));
  t.diagnostic(`seed ${seed}: run it again with GATEHOUSE_TEST_SEED=${seed}`);
  await runRounds(t, seed);
});

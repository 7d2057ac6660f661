// Secrets that must not turn up: after requests of every kind, with the log at its most talkative level, the log, the
// events, the answers and the bytes of the database are searched for every form of every secret that was in play.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { PasswordHasher } from '../../src/directory/database/password-hash.ts';
import { findSecrets, formsOf } from '../support/canary.ts';
import { currentKeyOf } from '../support/forged-jwt.ts';
import { type Answer, basic, get, getUserinfo, postForm, postRaw, tokensFor } from '../support/injected-request.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import {
  BACKEND_CLIENT,
  BASIC_CLIENT,
  DATABASE,
  HS256_API,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
  SEED_REQUEST,
  USER,
} from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

/** One of each kind, unlike anything else. Those that are tokens or keys are added when they exist. */
const secrets: Record<string, string> = {
  password: 'Right-Pw Qz7vX2mK9',
  'wrong password': 'wRoNg-Pw!bT4nW8sLc',
  'password typed as user name': 'Typed_Pw#gH5jR1yVd',
  'password of nobody': 'nOBodys+Pw/kD3fZ6tE',
  'client secret': 'Client?Secret=pM2xN7qUa',
  'wrong client secret': 'WrongClient&Secret%hB9cJ',
  'secret in a Basic header': 'BasicSecret:wY4eF8iSoG',
  'API secret': 'ApiSecret~uK6vL1zXnC-with-32-bytes-and-more',
  'password in a query': 'Query*Pw(rT5bQ3mHw',
  'password in a body that cannot be read': 'Broken)Pw|dN8gP2jYk',
  'password over the limit': `Long<Pw>${'sV7aE4lOu'.repeat(200)}`,
  'password at a fault': 'Fault{Pw}xI1cU9fZb',
  'password at sign-up': 'SignUp,Pw;eO5tJ8nBw',
  'forged token': 'Forged.Token.tG6hM3qWr',
};
const FAULTY = 'fault@example.com';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-canary-'));
const memory = createMemoryLog();
const answers: Answer[] = [];
let server: TestServer;

/** Fails as a careless library would: with the password in its message, its cause and its members. */
function careless(hasher: PasswordHasher): PasswordHasher {
  return {
    ...hasher,
    async hash(password) {
      const typed = password.reveal();
      if (typed !== secrets['password at a fault']) return hasher.hash(password);
      throw Object.assign(new Error(`cannot hash "${typed}"`), { typed, password });
    },
    async verify(passwordHash, password) {
      const typed = password.reveal();
      if (typed !== secrets['password at a fault']) return hasher.verify(passwordHash, password);
      const cause = Object.assign(new Error(`password=${typed}`), { config: { data: typed, passwordHash } });
      throw Object.assign(new Error(`cannot check "${typed}" against '${passwordHash}'`, { cause }), {
        typed,
        password,
      });
    },
  };
}

async function send(answer: Promise<Answer>): Promise<Answer> {
  const received = await answer;
  answers.push(received);
  return received;
}

before(async () => {
  const secretOf = new Map([
    [BACKEND_CLIENT, secrets['client secret']],
    [BASIC_CLIENT, secrets['secret in a Basic header']],
  ]);
  const tenant = {
    ...SAMPLE_TENANT,
    clients: SAMPLE_TENANT.clients.map((client) => {
      const own = secretOf.get(client.client_id);
      return own === undefined ? client : { ...client, client_secret: own };
    }),
    resourceServers: SAMPLE_TENANT.resourceServers.map((api) =>
      api.identifier === HS256_API ? { ...api, signing_secret: secrets['API secret'] } : api,
    ),
    databases: [
      ...SAMPLE_TENANT.databases,
      {
        name: 'Open',
        enabled_clients: ['CLI'],
        options: { passwordPolicy: 'good', password_history: { enable: true }, disable_signup: false },
      },
    ],
    users: [
      ...SAMPLE_TENANT.users.map((user) => ({ ...user, password: secrets['password'] })),
      { connection: DATABASE, email: FAULTY, password: 'another' },
    ],
  };
  server = await startServer({
    tenant,
    logger: memory.logger,
    wrapHasher: careless,
    path: join(folder, 'gatehouse.db'),
  });
  await sendEverything();
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function sendEverything(): Promise<void> {
  const { client_id: _, ...withoutClient } = SEED_REQUEST;
  const right = { ...SEED_REQUEST, password: secrets['password'] ?? '' };
  const backend = { ...right, client_id: BACKEND_CLIENT, client_secret: secrets['client secret'] ?? '' };
  const json = { 'content-type': 'application/json' };

  // Right ones, in every way there is.
  for (const scope of ['openid profile', 'read:sample']) {
    await send(server.token({ ...right, scope }));
    await send(postForm(server, { ...backend, scope }));
  }
  const authorization = basic(BASIC_CLIENT, secrets['secret in a Basic header'] ?? '');
  await send(server.token({ ...withoutClient, password: right.password }, { authorization }));
  await send(server.token({ ...right, audience: HS256_API }));
  const jwt = await tokensFor(server, { ...right, scope: 'openid' });
  const opaque = await tokensFor(server, { ...right, audience: null, scope: 'openid' });
  for (const { access_token: token } of [jwt, opaque]) {
    await send(getUserinfo(server, token));
    await send(getUserinfo(server, `${token}x`));
    await send(get(server, `/userinfo?access_token=${token}`));
  }
  // Every token begins alike; what follows the header tells one from another.
  secrets['access token'] = jwt.access_token.split('.')[2] ?? '';
  secrets['payload of the access token'] = jwt.access_token.split('.')[1]?.slice(40) ?? '';
  secrets['ID token'] = jwt.id_token?.split('.')[2] ?? '';
  secrets['opaque token'] = opaque.access_token.slice(-40);

  // Wrong ones.
  await send(server.token({ ...right, password: secrets['wrong password'] }));
  await send(postForm(server, { ...right, password: secrets['wrong password'] ?? '' }));
  await send(server.token({ ...right, username: secrets['password typed as user name'], password: 'x' }));
  await send(server.token({ ...right, username: 'nobody@example.com', password: secrets['password of nobody'] }));
  await send(server.token({ ...right, username: 'blocked@example.com' }));
  await send(server.token({ ...backend, client_secret: secrets['wrong client secret'] }));
  await send(server.token({ ...right, client_id: 'Nobody', client_secret: secrets['wrong client secret'] }));
  const wrongBasic = basic(BASIC_CLIENT, secrets['wrong client secret'] ?? '');
  await send(server.token({ ...withoutClient, password: right.password }, { authorization: wrongBasic }));
  await send(server.token(backend, { authorization: wrongBasic }));
  await send(server.token({ ...right, audience: 'https://unknown.example.com' }));
  await send(server.token({ ...right, client_id: 'WithoutGrant' }));
  await send(server.token({ ...right, client_id: 'NotEnabled' }));

  // Sign-ups: one that is made, one for a name that is taken, one with a password that is too weak, one in a closed database.
  const person = { client_id: PUBLIC_CLIENT, connection: 'Open', email: 'grace@example.com' };
  const signUp = (change: object) => {
    const payload = JSON.stringify({ ...person, password: secrets['password at sign-up'], ...change });
    return server.app.server.inject({
      ...{ method: 'POST', url: '/dbconnections/signup', headers: { host: HOST, ...json }, payload },
    });
  };
  for (const change of [{}, {}, { connection: DATABASE }, { email: 'none' }]) await send(signUp(change));
  await send(signUp({ email: 'weak@example.com', password: secrets['password at sign-up']?.toLowerCase() }));
  await send(signUp({ email: FAULTY, password: secrets['password at a fault'] }));

  // Malformed ones.
  const broken = secrets['password in a body that cannot be read'] ?? '';
  await send(postRaw(server, `{"password":"${broken}"`, json));
  await send(postRaw(server, `{"password":${broken}}`, json));
  await send(postRaw(server, `{"password":["${broken}"]}`, json));
  await send(postRaw(server, `{"password":"${broken}","password":"${broken}"}`, json));
  await send(postForm(server, `password=${broken}&password=${broken}`));
  await send(postRaw(server, `password=${broken}`, { 'content-type': 'text/plain' }));
  await send(postRaw(server, `${broken} `.repeat(10_000), json));
  await send(server.token({ ...right, password: secrets['password over the limit'] }));
  const query = encodeURIComponent(secrets['password in a query'] ?? '');
  for (const method of ['POST', 'GET', 'PUT'] as const) {
    const headers = { host: HOST, ...json };
    await send(server.app.server.inject({ method, url: `/oauth/token?password=${query}&x=${query}`, headers }));
    await send(server.app.server.inject({ method, url: `/nowhere?password=${query}`, headers }));
  }
  await send(getUserinfo(server, secrets['forged token'] ?? ''));
  await send(get(server, '/userinfo', { authorization: `Basic ${secrets['forged token']}` }));

  // Faults.
  await send(server.token({ ...right, username: USER, password: secrets['password at a fault'] }));
  await send(server.token({ ...right, username: FAULTY, password: secrets['password at a fault'] }));
  const { sql: database } = server.ground.database;
  await database.schema.alterTable('users').renameTo('users_away').execute();
  await send(server.token(right));
  await send(getUserinfo(server, jwt.access_token));
  await database.schema.alterTable('users_away').renameTo('users').execute();

  const key = await currentKeyOf(server);
  secrets['private key'] = key.privateKey.export({ format: 'jwk' }).d ?? '';
  secrets['master key'] = Buffer.alloc(32, 7).toString('base64');
}

/** Every row of every table, as text. */
async function allRows(): Promise<string> {
  const { sql: database } = server.ground.database;
  const tables = await database.introspection.getTables();
  const rows = await Promise.all(
    tables.map(async ({ name }) => (await sql`select * from ${sql.table(name)}`.execute(database)).rows),
  );
  return JSON.stringify(rows);
}

test('the requests reached what they were meant to reach', () => {
  const statuses = new Set(answers.map((answer) => answer.statusCode));
  assert.deepEqual(statuses, new Set([200, 400, 401, 403, 404, 405, 415, 500]));
  assert.equal(
    Object.values(secrets).every((secret) => secret.length >= 16),
    true,
  );
});

test('a search finds what is there', () => {
  const secret = secrets['password'] ?? '';
  for (const form of formsOf(secret)) assert.notDeepEqual(findSecrets(`…${form}…`, { secret }), [], form);
  for (const around of ['', 'a', 'ab', 'abc']) {
    assert.notDeepEqual(findSecrets(Buffer.from(`${around}${secret}${around}`).toString('base64'), { secret }), []);
    assert.notDeepEqual(findSecrets(Buffer.from(`${around}${secret}${around}`).toString('base64url'), { secret }), []);
  }
});

test('no secret is in the log of the server, at any level [L-01, T-32]', () => {
  assert.ok(memory.lines().length >= 4, 'the faults were logged');
  assert.deepEqual(findSecrets(memory.text(), secrets), []);
});

test('no secret is in the events of the tenant [L-01, T-32]', async () => {
  const events = await server.logs();
  assert.ok(events.length > 30);
  assert.deepEqual(findSecrets(JSON.stringify(events), secrets), []);
});

test('no secret is in a refusal [L-01]', () => {
  const refusals = answers.filter((answer) => answer.statusCode >= 400);
  const texts = refusals.map(({ body, headers }) => body + JSON.stringify(headers)).join('\n');
  assert.deepEqual(findSecrets(texts, secrets), []);
});

test('no secret is in any row of the database [L-01, T-45]', async () => {
  const rows = await allRows();
  assert.ok(rows.includes(USER) && rows.includes(PUBLIC_CLIENT), 'all rows were read');
  assert.deepEqual(findSecrets(rows, secrets), []);
});

test('no secret is in the bytes of the database file and its journal [L-01, T-45]', async () => {
  const bytes = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
  const open = bytes();
  await server.close();
  for (const text of [open, bytes()]) assert.deepEqual(findSecrets(text, secrets), []);
  if (server.ground.database.engine === 'sqlite') assert.ok(open.includes(USER), 'the file was read');
});

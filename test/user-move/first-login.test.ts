// Users move in from another server at their first login: with the same id, with a hash of our own, and the other server is
// asked no more.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { toConnection } from '../../src/connection/read-connection.ts';
import { probeConnection } from '../../src/directory/connection-probes.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { sendJson } from '../support/https-stand-in.ts';
import { API, DATABASE, PUBLIC_CLIENT, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { ADA, BOB, startUpstreamTenant, type UpstreamTenantServer } from '../support/upstream-tenant.ts';

type Json = Record<string, unknown>;

const SAM = { connection: DATABASE, user_id: 'sam', email: 'sam@example.com', password: 'the password of Sam' };

const old: UpstreamTenantServer = await startUpstreamTenant();
after(() => old.close());

const hasher = createCountedHasher();
let server: TestServer;
before(async () => {
  server = await startServer({ tenant: tenantOf(), wrapHasher: hasher.wrap });
});
after(() => server.close());
beforeEach(() => {
  old.standIn.instead = null;
  old.standIn.seen.length = 0;
});

function tenantOf(options: Json = {}, others: Json = {}): Json {
  const [database, ...rest] = SAMPLE_TENANT.databases;
  const moving = { import_mode: true, upstream: old.upstream };
  return {
    ...SAMPLE_TENANT,
    databases: [{ ...database, options: { ...database?.options, ...moving, ...options } }, ...rest],
    users: [SAM],
    ...others,
  };
}

async function logIn(username: string, password: string, headers: Record<string, string> = {}) {
  const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, audience: API, scope: 'openid' };
  const answer = await server.token({ ...request, username, password }, headers);
  const body = answer.json<Json>();
  const token = body['access_token'];
  return { status: answer.statusCode, body, sub: typeof token === 'string' ? decodeJwt(token).sub : null };
}

const reasonOf = async () => (await server.logs())[0]?.details.error?.reason;

test('the first login moves the user in with the same id, and the second one asks nobody', async () => {
  const first = await logIn('ada@example.com', ADA.password);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(first.sub, `auth0|${ADA.user_id}`);
  assert.equal(old.asked(), 1);
  const [event] = await server.logs();
  assert.deepEqual(event?.details['warnings'], ['The user moved in at this login.']);

  const second = await logIn('Ada@example.com', ADA.password);
  assert.deepEqual([second.status, second.sub], [200, first.sub]);
  assert.equal(old.asked(), 1);

  const tenant = (await server.app.stores.tenants.findByName('acme')) ?? assert.fail();
  const stored = (await server.app.stores.users.findStored(tenant.id, String(first.sub))) ?? assert.fail();
  assert.deepEqual(
    [stored.user.email, stored.user.emailVerified, stored.user.name, stored.user.givenName, stored.loginsCount],
    ['Ada@Example.com', true, 'Ada Lovelace', 'Ada', 2],
  );
});

test('the old tenant hears from where the user logs in, and asks the connection that is named', async () => {
  await logIn('nobody@example.com', 'wrong');
  const [request] = old.standIn.seen;
  assert.equal(request?.headers['auth0-forwarded-for'], '127.0.0.1');
  assert.equal(request?.form.get('realm'), old.upstream['realm']);
  assert.equal(request?.form.get('scope'), 'openid profile email');
});

test('who is here is never asked about elsewhere, with the right password or a wrong one', async () => {
  assert.equal((await logIn(SAM.email, SAM.password)).status, 200);
  assert.equal((await logIn(SAM.email, 'wrong')).status, 403);
  assert.equal(old.asked(), 0);
});

test('a wrong password of somebody to come is answered like one of somebody who is here [T-01]', async () => {
  const here = await logIn(SAM.email, 'wrong');
  const toCome = await logIn(BOB.email, 'wrong');
  const nobody = await logIn('nobody@example.com', 'wrong');
  assert.deepEqual([toCome.status, toCome.body], [here.status, here.body]);
  assert.deepEqual([nobody.status, nobody.body], [here.status, here.body]);
  const [event] = await server.logs();
  assert.equal(event?.type, 'fu');
  assert.equal(event?.details.error?.reason, 'upstream-refused');
  assert.equal(event?.['user_name'], null);
});

test('a user name is one here too, and finds the user again', async () => {
  const first = await logIn('bob', BOB.password);
  assert.equal(first.sub, `auth0|${BOB.user_id}`);
  assert.equal((await logIn('BOB', BOB.password)).sub, first.sub);
  assert.equal((await logIn(BOB.email, BOB.password)).sub, first.sub);
  assert.equal(old.asked(), 1);
});

test('who changed name and password here does not get in with the old ones [T-16]', async () => {
  const moved = { ...ADA, connection: DATABASE, email: 'ada@new.example.com', password: 'a new password' };
  const own = await startServer({ tenant: tenantOf({}, { users: [moved] }) });
  try {
    const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, username: ADA.email, password: ADA.password };
    assert.equal((await own.token(request)).statusCode, 403);
    assert.equal((await own.logs())[0]?.details.error?.reason, 'unknown-user');
  } finally {
    await own.close();
  }
});

test('a user who was imported without a password gets it at the first login, and keeps the profile', async () => {
  const { password: _, name: __, ...imported } = { ...ADA, connection: DATABASE };
  const own = await startServer({ tenant: tenantOf({}, { users: [{ ...imported, name: 'Countess' }] }) });
  try {
    const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, username: ADA.email, password: ADA.password };
    assert.equal((await own.token(request)).statusCode, 200);
    assert.equal((await own.token(request)).statusCode, 200);
    assert.equal(old.asked(), 1);
    const tenant = (await own.app.stores.tenants.findByName('acme')) ?? assert.fail();
    assert.equal((await own.app.stores.users.findById(tenant.id, `auth0|${ADA.user_id}`))?.name, 'Countess');
  } finally {
    await own.close();
  }
});

test('an id that somebody of another connection has is not taken over', async () => {
  const rival = { ...ADA, connection: 'Second', email: 'rival@example.com' };
  const own = await startServer({ tenant: tenantOf({}, { users: [rival] }) });
  try {
    const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, username: ADA.email, password: ADA.password };
    const answer = await own.token({ ...request, audience: API });
    const { sub } = decodeJwt(answer.json<{ access_token: string }>().access_token);
    assert.match(String(sub), /^auth0\|[0-9a-f]{24}$/);
    assert.notEqual(sub, `auth0|${ADA.user_id}`);
    assert.match(String((await own.logs())[0]?.details['warnings']), /belongs to somebody else here/);
  } finally {
    await own.close();
  }
});

test('a user name without a place here is said to the operator, and nobody moves in halfway', async () => {
  const own = await startServer({ tenant: tenantOf({ requires_username: false }) });
  try {
    const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, username: 'bob', password: BOB.password };
    assert.equal((await own.token(request)).statusCode, 503);
    assert.equal((await own.logs())[0]?.details.error?.reason, 'upstream-name-not-kept');
    assert.equal((await own.token({ ...request, username: BOB.email })).statusCode, 200);
  } finally {
    await own.close();
  }
});

test('ten first logins at once make one user', async () => {
  const own = await startServer({ tenant: tenantOf() });
  try {
    const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, username: ADA.email, password: ADA.password };
    const answers = await Promise.all(Array.from({ length: 10 }, () => own.token(request)));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      Array.from({ length: 10 }, () => 200),
    );
    const tenant = (await own.app.stores.tenants.findByName('acme')) ?? assert.fail();
    assert.equal((await own.app.stores.users.listAfter(tenant.id, null, 100)).length, 2);
  } finally {
    await own.close();
  }
});

test('an unknown user costs one hash, as a known one does', async () => {
  hasher.calls.length = 0;
  await logIn('nobody@example.com', 'wrong');
  await logIn(SAM.email, 'wrong');
  assert.deepEqual(
    hasher.calls.filter((call) => call !== 'measure'),
    ['hash', 'verify'],
  );
});

for (const [name, status, body, expected, reason] of [
  ['a fault there', 500, { error: 'server_error' }, 503, 'directory-http-error'],
  ['too many requests there', 429, { error: 'too_many_requests' }, 503, 'directory-throttled'],
  ['a block of the user there', 429, { error: 'too_many_attempts' }, 503, 'upstream-too-many-attempts'],
  ['a rule there that says no', 403, { error: 'access_denied' }, 503, 'upstream-access-denied'],
  ['a wrong secret of ours', 401, { error: 'access_denied' }, 503, 'upstream-client-refused'],
  ['an error that nobody knows', 400, { error: 'teapot' }, 503, 'upstream-error-not-known-here'],
  ['a second factor there', 403, { error: 'mfa_required', mfa_token: 'x' }, 403, 'second-factor-required'],
  ['a user who is blocked there', 403, { error: 'unauthorized' }, 403, 'disabled'],
] as const) {
  test(`${name} is ${expected} ${reason}`, async () => {
    await server.app.server.close();
    server = await startServer({ tenant: tenantOf(), wrapHasher: hasher.wrap });
    old.standIn.instead = (_request, response) => sendJson(response, status, body);
    const answer = await logIn('new@example.com', 'whatever');
    assert.equal(answer.status, expected);
    assert.equal(answer.body['error'], expected === 503 ? 'temporarily_unavailable' : 'invalid_grant');
    assert.equal(await reasonOf(), reason);
  });
}

test('an outage there is never counted as a wrong password, and keeps nobody out who is here', async () => {
  const strict = {
    bruteForceProtection: { max_attempts: 2, account_ceiling: 10 },
    sameUserRateLimit: { enabled: false },
  };
  const own = await startServer({ tenant: tenantOf({}, { attackProtection: strict }) });
  old.standIn.instead = (_request, response) => void response.destroy();
  const request = { grant_type: 'password', client_id: PUBLIC_CLIENT };
  try {
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      const answer = await own.token({ ...request, username: ADA.email, password: ADA.password });
      assert.equal(answer.statusCode, 503);
    }
    assert.equal((await own.logs())[0]?.details.error?.reason, 'directory-breaker-open');
    assert.equal((await own.token({ ...request, username: SAM.email, password: SAM.password })).statusCode, 200);
    old.standIn.instead = null;
    own.clock.advance(11_000);
    assert.equal((await own.token({ ...request, username: ADA.email, password: ADA.password })).statusCode, 200);
  } finally {
    await own.close();
  }
});

test('a connection is tried step by step, and nobody moves in by it', async () => {
  const own = await startServer({ tenant: tenantOf() });
  try {
    const tenant = (await own.app.stores.tenants.findByName('acme')) ?? assert.fail();
    const stored = (await own.app.stores.connections.list(tenant.id)).find(({ name }) => name === DATABASE);
    const connection = toConnection(stored ?? assert.fail());
    const parts = { clock: own.clock, privateNetworks: [] };
    const probe = async (password: string) =>
      (await probeConnection(parts, connection, { identifier: ADA.email, password: new Secret(password) })).map(
        ({ passed, words }) => [passed, words],
      );
    assert.deepEqual(await probe(ADA.password), [
      [true, 'It is there.'],
      [true, `The password is right, and the user is auth0|${ADA.user_id}.`],
    ]);
    assert.deepEqual((await probe('wrong'))[1], [false, 'It does not take name and password.']);
    assert.equal(await own.app.stores.users.findById(tenant.id, `auth0|${ADA.user_id}`), null);
  } finally {
    await own.close();
  }
});

test('a wrong password of somebody who is here takes as long as one that the old tenant was asked about [T-02]', async () => {
  const own = await startServer({ tenant: tenantOf() });
  const request = { grant_type: 'password', client_id: PUBLIC_CLIENT, password: 'wrong' };
  try {
    old.standIn.instead = async (seen, response) => {
      own.clock.advance(300);
      await old.standIn.itself(seen, response);
    };
    await own.token({ ...request, username: 'nobody@example.com' });
    own.clock.slept.length = 0;
    const answer = await own.token({ ...request, username: SAM.email });
    assert.equal(answer.statusCode, 403);
    assert.ok(own.clock.slept.includes(300), String(own.clock.slept));
  } finally {
    await own.close();
  }
});

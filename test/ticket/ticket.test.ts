// Tickets over the Management API: links that work once, for one thing, for one user, for a while.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Secret } from '../../src/lib/secret.ts';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { DATABASE, PASSWORD, PUBLIC_CLIENT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { ISSUER } from '../support/start-server.ts';

const NEW_PASSWORD = 'another battery, another staple';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

async function ticketFor(kind: 'email-verification' | 'password-change', body: object = {}): Promise<string> {
  // A token of its own: some tests wait longer than one lasts.
  const token = await server.managementToken();
  const answer = await server.api('POST', `/tickets/${kind}`, { user_id: USER_ID, ...body }, token);
  const { ticket } = jsonOf<{ ticket: string }>(answer, 201);
  return linkIn(ticket);
}

const reset = (link: string, password = NEW_PASSWORD) =>
  server.post('/u/reset-password', { ticket: ticketIn(link), password, confirmation: password });
const confirm = (link: string) => server.post('/u/email-verification', { ticket: ticketIn(link) });

test('a ticket is a link at the issuer, whatever the request called the host [T-43]', async () => {
  const { ticket } = jsonOf<{ ticket: string }>(
    await server.api('POST', '/tickets/password-change', { user_id: USER_ID }),
    201,
  );
  assert.match(ticket, new RegExp(`^${ISSUER}u/reset-password\\?ticket=[\\w-]{43}$`));
  assert.match(await ticketFor('email-verification'), /^\/u\/email-verification\?ticket=[\w-]{43}$/);
});

test('of eight who use a ticket at once one does, in each of many rounds [F-13]', async () => {
  const { tickets } = server.app.stores;
  const { database } = server.ground;
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  for (let round = 0; round < 100; round += 1) {
    const secret = new Secret(ticketIn(await ticketFor('email-verification')));
    const winners: boolean[] = await Promise.all(
      Array.from({ length: 8 }, () =>
        database.transaction((sql) => tickets.use(tenant.id, 'email-verification', secret, server.clock.now(), sql)),
      ),
    );
    assert.equal(winners.filter(Boolean).length, 1);
  }
});

test('of eight who set a password by one link at once one does [F-13]', async () => {
  for (let round = 0; round < 5; round += 1) {
    const link = await ticketFor('password-change');
    const passwords = Array.from({ length: 8 }, (_, index) => `password number ${round} ${index}`);
    const answers = await Promise.all(passwords.map((password) => reset(link, password)));
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [200, ...Array<number>(7).fill(400)]);
    const winner = passwords[answers.findIndex(({ statusCode }) => statusCode === 200)];
    assert.equal((await server.token({ ...SEED_REQUEST, password: winner })).statusCode, 200);
  }
});

test('a ticket works for as long as it was said, five days unless it was', async () => {
  for (const [body, seconds] of [
    [{}, 432_000],
    [{ ttl_sec: 0 }, 432_000],
    [{ ttl_sec: 60 }, 60],
  ] as const) {
    const link = await ticketFor('password-change', body);
    server.clock.advance(seconds * 1000 - 1);
    assert.equal((await server.get(link)).statusCode, 200);
    server.clock.advance(1);
    assert.equal((await server.get(link)).statusCode, 400);
    assert.equal((await reset(link)).statusCode, 400);
    const [event] = await server.logs();
    assert.deepEqual(
      [event?.type, event?.['user_id'], event?.['description']],
      ['fcp', USER_ID, 'The link had ended.'],
    );
  }
});

test('a ticket works for what it was made for only', async () => {
  const link = await ticketFor('password-change');
  assert.equal((await confirm(link)).statusCode, 400);
  assert.equal((await reset(await ticketFor('email-verification'))).statusCode, 400);
  assert.equal((await reset(link)).statusCode, 200);
});

/** A refresh token of the sample user; resolves to whether it is good. */
async function addRefreshToken(): Promise<() => Promise<boolean>> {
  const { stores } = server.app;
  const tenant = await stores.tenants.findByName('acme');
  assert.ok(tenant);
  const connection = (await stores.connections.list(tenant.id)).find(({ name }) => name === DATABASE);
  const [id, now] = ['0'.repeat(32), server.clock.now()];
  const effects = stores.refreshTokens.creationOf(tenant.id, {
    ...{ id, userId: USER_ID, clientId: PUBLIC_CLIENT, connectionId: connection?.id ?? '', audience: null, scope: [] },
    ...{ secret: new Secret('secret'), rotating: false, counter: 0, createdAt: now, replacedAt: now, usedAt: null },
    ...{ expiresAt: null, endsAt: null, revokedAt: null },
  });
  for (const { query } of effects) await server.ground.database.sql.executeQuery(query);
  return async () => (await stores.refreshTokens.findById(tenant.id, id))?.revokedAt === null;
}

test('a new password ends the refresh tokens and every other link to a new password', async () => {
  const isGood = await addRefreshToken();
  const other = await ticketFor('password-change');
  assert.equal(await isGood(), true);
  assert.equal((await reset(await ticketFor('password-change'))).statusCode, 200);
  assert.equal(await isGood(), false);
  assert.equal((await reset(other)).statusCode, 400);
  const later = await ticketFor('password-change');
  const path = `/users/${encodeURIComponent(USER_ID)}`;
  assert.equal((await server.api('PATCH', path, { password: PASSWORD })).status, 200);
  assert.equal((await reset(later)).statusCode, 400);
});

test('a link that went to an address works no more when the user has another one', async () => {
  const links = [await ticketFor('password-change'), await ticketFor('email-verification')] as const;
  const path = `/users/${encodeURIComponent(USER_ID)}`;
  assert.equal((await server.api('PATCH', path, { email: 'new@example.com' })).status, 200);
  assert.equal((await reset(links[0])).statusCode, 400);
  assert.equal((await confirm(links[1])).statusCode, 400);
  assert.deepEqual(
    (await server.logs()).slice(0, 2).map(({ type }) => type),
    ['fv', 'fcp'],
  );
});

test('the address counts as confirmed after a password only when the ticket says so', async () => {
  const path = `/users/${encodeURIComponent(USER_ID)}`;
  for (const [body, verified] of [
    [{}, false],
    [{ mark_email_as_verified: true }, true],
  ] as const) {
    await server.api('PATCH', path, { email_verified: false });
    assert.equal((await reset(await ticketFor('password-change', body))).statusCode, 200);
    assert.equal((await server.api('GET', path)).json['email_verified'], verified);
  }
});

test('a user is named by id, or by address and connection', async () => {
  const [{ id }] = (await server.api('GET', `/connections?name=${DATABASE}`)).json as [{ id: string }];
  const byEmail = await server.api('POST', '/tickets/password-change', {
    connection_id: id,
    email: USER.toUpperCase(),
  });
  assert.equal((await reset(linkIn(jsonOf<{ ticket: string }>(byEmail, 201).ticket))).statusCode, 200);
  for (const [body, refusal] of [
    [{}, [400, 'invalid_body', /Either user_id, or connection_id and email/]],
    [{ user_id: USER_ID, email: USER }, [400, 'invalid_body', /Either/]],
    [{ connection_id: id, email: 'nobody@example.com' }, [404, 'inexistent_user', /./]],
    [{ connection_id: 'con_none', email: USER }, [404, 'inexistent_connection', /./]],
    [{ user_id: 'auth0|none' }, [404, 'inexistent_user', /./]],
    [{ user_id: USER_ID, client_id: 'none' }, [404, 'inexistent_client', /./]],
    [{ user_id: USER_ID, result_url: 'javascript:alert(1)' }, [400, 'invalid_body', /result_url/]],
    [{ user_id: USER_ID, result_url: 'data:text/html,x' }, [400, 'invalid_body', /result_url/]],
    [{ user_id: USER_ID, new_password: 'x' }, [400, 'invalid_body', /new_password/]],
    [{ user_id: USER_ID, organization_id: 'org_1' }, [400, 'invalid_body', /organization_id/]],
  ] as const) {
    assertApiRefused(await server.api('POST', '/tickets/password-change', body), refusal);
  }
});

test('tickets that ended are cleared away, a day later', async () => {
  await ticketFor('password-change', { ttl_sec: 60 });
  const count = async () => (await server.ground.database.sql.selectFrom('tickets').selectAll().execute()).length;
  server.clock.advance(60_000 + 86_400_000 - 1);
  await server.app.clearTickets();
  assert.equal(await count(), 1);
  server.clock.advance(1);
  await server.app.clearTickets();
  assert.equal(await count(), 0);
});

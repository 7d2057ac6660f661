// Accounts that custom scripts make, change, confirm and delete where they are: at sign-up, over the Management API, and by links
// in mails. The scripts are those of docs/custom-database.md, and speak to another server.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { type AccountsServer, startAccountsServer } from '../support/accounts-server.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { MANAGED_TENANT } from '../support/management-server.ts';
import { API, PUBLIC_CLIENT, REALM_GRANT } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

type Json = Record<string, unknown>;

const ACCOUNTS = 'Accounts';
const EMAIL = 'grace@example.com';
const PASSWORD = 'a password of hers';
const OTHER = 'another password of hers';

let elsewhere: AccountsServer;
let server: MailedServer;

function tenantOf(options: Json = {}): Json {
  const database = {
    name: ACCOUNTS,
    enabled_clients: ['CLI'],
    options: elsewhere.connectionOptions({ disable_signup: false, ...options }),
  };
  const clients = MANAGED_TENANT.clients.map((one) =>
    one.name === 'CLI' ? { ...one, grant_types: ['password', REALM_GRANT, 'refresh_token'] } : one,
  );
  const resourceServers = MANAGED_TENANT.resourceServers.map((one) => ({ ...one, allow_offline_access: true }));
  return {
    ...{ ...MANAGED_TENANT, clients, resourceServers },
    databases: [...MANAGED_TENANT.databases, database],
    attackProtection: { bruteForceProtection: { enabled: false }, suspiciousIpThrottling: { enabled: false } },
  };
}

before(async () => {
  elsewhere = await startAccountsServer();
});
after(() => elsewhere.close());

beforeEach(async () => {
  elsewhere.accounts.clear();
  elsewhere.fail(null);
  server = await startMailedServer({ tenant: tenantOf(), options: elsewhere.options });
});
afterEach(() => server.close());

async function signUp(body: Json = {}) {
  const answer = await server.app.server.inject({
    ...{ method: 'POST', url: '/dbconnections/signup' },
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify({
      client_id: PUBLIC_CLIENT,
      connection: ACCOUNTS,
      email: EMAIL,
      password: PASSWORD,
      ...body,
    }),
  });
  return { status: answer.statusCode, body: answer.json<Json>() };
}

async function logIn(password = PASSWORD, username = EMAIL) {
  const answer = await server.token({
    ...{ grant_type: REALM_GRANT, realm: ACCOUNTS, client_id: PUBLIC_CLIENT, audience: API },
    ...{ username, password, scope: 'openid offline_access' },
  });
  const body = answer.json<Json>();
  const token = body['access_token'];
  return {
    status: answer.statusCode,
    sub: typeof token === 'string' ? decodeJwt(token).sub : null,
    refreshToken: String(body['refresh_token']),
  };
}

const refresh = async (refreshToken: string) =>
  (await server.token({ grant_type: 'refresh_token', client_id: PUBLIC_CLIENT, refresh_token: refreshToken }))
    .statusCode;

async function makeUser(body: Json = {}) {
  const made = { connection: ACCOUNTS, email: EMAIL, password: PASSWORD, ...body };
  const { status, json } = await server.api('POST', '/users', made);
  return { status, body: json as Json };
}

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;

async function userOf(id: string): Promise<Json | null> {
  const { status, json } = await server.api('GET', pathOf(id));
  return status === 200 ? json : null;
}

test('whoever signs up is made there, is known here, and logs in', async () => {
  const { status, body } = await signUp({ name: 'Grace', user_metadata: { plan: 'gold' } });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body['email'], body['email_verified']], [EMAIL, false]);
  const { id, name } = elsewhere.accounts.get(EMAIL) ?? assert.fail();
  assert.deepEqual([body['_id'], name], [id, 'Grace']);
  const user = await userOf(`auth0|${id}`);
  assert.deepEqual([user?.['name'], user?.['user_metadata']], ['Grace', { plan: 'gold' }]);
  assert.equal((await logIn()).sub, `auth0|${id}`);
  assert.equal((await logIn('wrong')).status, 403);
  assert.equal((await server.logs()).filter(({ type }) => type === 'ss').length, 1);
  const { sql } = server.ground.database;
  assert.deepEqual(
    (await sql.selectFrom('credentials').selectAll().execute()).filter((row) => JSON.stringify(row).includes(id)),
    [],
    'no hash of the password is kept',
  );
});

test('a name that is taken there is answered as a taken name is, and nobody is made [T-04]', async () => {
  await signUp();
  const asked = elsewhere.asked().length;
  const again = await signUp({ password: OTHER });
  assert.deepEqual([again.status, again.body['code']], [400, 'invalid_signup']);
  assert.deepEqual(elsewhere.asked().slice(asked), ['GET /users'], 'create does not run');
  assert.equal(elsewhere.accounts.get(EMAIL)?.password, PASSWORD);
  // Somebody was quicker: get_user found nobody, and create says so.
  elsewhere.fail('GET /users', 404);
  assert.deepEqual((await signUp({ password: OTHER })).body['code'], 'invalid_signup');
  elsewhere.fail(null);
  await server.api('PATCH', '/tenants/settings', { flags: { enable_public_signup_user_exists_error: true } });
  assert.deepEqual((await signUp()).body['code'], 'user_exists');
  assert.equal((await makeUser()).status, 409);
});

test('a weak password is refused before a script runs', async () => {
  const asked = elsewhere.asked().length;
  assert.deepEqual((await signUp({ password: 'short' })).body['code'], 'invalid_password');
  assert.equal((await makeUser({ password: 'short' })).status, 400);
  assert.equal(elsewhere.asked().length, asked);
});

for (const beginning of ['GET /users', 'POST /users']) {
  test(`when ${beginning} fails, nobody is made, and the words are in the log alone [T-36]`, async () => {
    elsewhere.fail(beginning);
    const { status, body } = await signUp();
    assert.deepEqual([status, body['error']], [503, 'temporarily_unavailable']);
    const [event] = await server.logs();
    assert.deepEqual([event?.type, event?.details.error?.reason], ['fs', 'sign-up-script']);
    const script = beginning.startsWith('GET') ? 'get_user' : 'create';
    assert.deepEqual(event?.details['warnings'], [`The script ${script} failed: accounts says 500`]);
    assert.equal((await makeUser()).status, 503);
    const { total } = (await server.api('GET', '/users?include_totals=true&q=email:grace*')).json as { total: number };
    assert.equal(total, 0);
  });
}

test('whom a script made and nobody wrote down is known here from the first login on', async () => {
  const { database } = server.ground;
  const transaction = database.transaction.bind(database);
  let isBroken = true;
  Object.assign(database, {
    transaction: (work: Parameters<typeof transaction>[0]) => {
      if (isBroken && elsewhere.accounts.has(EMAIL)) throw new Error('the database is gone');
      return transaction(work);
    },
  });
  assert.equal((await signUp()).status, 500);
  isBroken = false;
  assert.equal((await signUp()).body['code'], 'invalid_signup');
  assert.equal((await logIn()).sub, `auth0|${elsewhere.accounts.get(EMAIL)?.id}`);
});

test('the Management API makes users by the scripts, and keeps what is ours', async () => {
  const { status, body } = await makeUser({ name: 'Grace', blocked: true, app_metadata: { plan: 'gold' } });
  assert.equal(status, 201, JSON.stringify(body));
  const { id } = elsewhere.accounts.get(EMAIL) ?? assert.fail();
  assert.deepEqual(
    [body['user_id'], body['name'], body['blocked'], body['app_metadata']],
    [`auth0|${id}`, 'Grace', true, { plan: 'gold' }],
  );
  assert.equal((await logIn()).status, 403);
  for (const member of [{ user_id: 'mine' }, { email: undefined }]) {
    assert.equal((await makeUser({ email: 'other@example.com', ...member })).status, 400, JSON.stringify(member));
  }
});

test('the Management API changes passwords by the script, which ends refresh tokens [T-24]', async () => {
  await signUp();
  const { sub, refreshToken } = await logIn();
  const path = pathOf(String(sub));
  assert.equal((await server.api('PATCH', path, { password: 'short' })).status, 400);
  elsewhere.fail('PATCH /users');
  assert.equal((await server.api('PATCH', path, { password: OTHER })).status, 503);
  elsewhere.fail('PATCH /users', 404);
  assert.equal((await server.api('PATCH', path, { password: OTHER })).status, 503, 'false is no success');
  elsewhere.fail(null);
  assert.equal(await refresh(refreshToken), 200);
  assert.equal((await server.api('PATCH', path, { password: OTHER })).status, 200);
  assert.deepEqual([(await logIn()).status, (await logIn(OTHER)).status], [403, 200]);
  assert.equal(await refresh(refreshToken), 403);
  assert.equal((await server.api('PATCH', path, { email: 'other@example.com' })).status, 400);
});

test('a link in a mail sets the password by the script, and works until it did', async () => {
  await signUp();
  const { refreshToken } = await logIn();
  await server.app.mailSender.runDue();
  await server.askForPassword({ connection: ACCOUNTS, email: EMAIL.toUpperCase() });
  const link = await server.newestLink();
  const send = () => server.post('/u/reset-password', { ticket: ticketIn(link), password: OTHER, confirmation: OTHER });
  for (const status of [500, 404]) {
    elsewhere.fail('PATCH /users', status);
    const failed = await send();
    assert.deepEqual([failed.statusCode, failed.body.includes('could not be changed')], [503, true]);
    assert.equal((await server.logs())[0]?.type, 'fcp');
    assert.equal((await logIn()).status, 200, 'nothing is lost');
  }
  elsewhere.fail(null);
  assert.equal((await send()).statusCode, 200);
  assert.equal((await server.logs())[0]?.type, 'scp');
  assert.deepEqual([(await logIn()).status, (await logIn(OTHER)).status], [403, 200]);
  assert.equal(await refresh(refreshToken), 403);
  assert.equal((await send()).statusCode, 400, 'the link was used');
});

test('a link to confirm the address runs the script, and works until that did', async () => {
  await signUp();
  const { id } = elsewhere.accounts.get(EMAIL) ?? assert.fail();
  const link = await server.newestLink();
  const send = () => server.post('/u/email-verification', { ticket: ticketIn(link) });
  elsewhere.fail('PATCH /users');
  const failed = await send();
  assert.deepEqual([failed.statusCode, failed.body.includes('could not be confirmed')], [503, true]);
  assert.equal((await server.logs())[0]?.type, 'fv');
  elsewhere.fail(null);
  assert.equal((await send()).statusCode, 200);
  assert.equal(elsewhere.accounts.get(EMAIL)?.verified, true);
  assert.equal((await send()).statusCode, 400, 'the link was used');
  await logIn();
  assert.equal((await userOf(`auth0|${id}`))?.['email_verified'], true);
});

test('links of the Management API are made where a script gives them an effect', async () => {
  await signUp();
  const user_id = String((await logIn()).sub);
  const connection_id = ((await server.api('GET', `/connections?name=${ACCOUNTS}`)).json as [{ id: string }])[0].id;
  for (const body of [{ user_id }, { connection_id, email: EMAIL }]) {
    const { status, json } = await server.api('POST', '/tickets/password-change', body);
    assert.equal(status, 201, JSON.stringify(json));
    assert.equal((await server.get(linkIn(String(json['ticket'])))).statusCode, 200);
  }
  const marked = await server.api('POST', '/tickets/password-change', { user_id, mark_email_as_verified: true });
  assert.equal(marked.status, 400);
  assert.equal((await server.api('POST', '/tickets/email-verification', { user_id })).status, 201);
  assert.equal((await server.api('POST', '/jobs/verification-email', { user_id })).status, 201);
});

test('a user is deleted there first, and stays here while that fails', async () => {
  await signUp();
  const id = String((await logIn()).sub);
  elsewhere.fail('DELETE /users');
  assert.equal((await server.api('DELETE', pathOf(id))).status, 503);
  assert.ok(await userOf(id));
  elsewhere.fail(null);
  assert.equal((await server.api('DELETE', pathOf(id))).status, 204);
  assert.deepEqual([elsewhere.accounts.size, await userOf(id)], [0, null]);
  assert.equal((await server.api('DELETE', pathOf(id))).status, 204);
  assert.equal((await logIn()).status, 403);
});

test('without the scripts nothing of it is offered', async () => {
  const { login } = elsewhere.connectionOptions()['customScripts'] as Json;
  await signUp();
  const id = String((await logIn()).sub);
  const { ticket } = (await server.api('POST', '/tickets/password-change', { user_id: id })).json as Json;
  await server.apply(tenantOf({ disable_signup: true, customScripts: { login } }));
  assert.equal((await signUp({ email: 'other@example.com' })).body['code'], 'invalid_signup');
  assert.equal((await makeUser({ email: 'other@example.com' })).status, 400);
  assert.equal((await server.api('PATCH', pathOf(id), { password: OTHER })).status, 400);
  assert.equal((await server.get(linkIn(String(ticket)))).statusCode, 400, 'a link of before has no effect any more');
  for (const path of ['/tickets/password-change', '/tickets/email-verification', '/jobs/verification-email']) {
    assert.equal((await server.api('POST', path, { user_id: id })).status, 400, path);
  }
  await server.askForPassword({ connection: ACCOUNTS, email: EMAIL });
  await server.app.mailSender.runDue();
  const event = (await server.logs()).find(({ type }) => type === 'fcpr');
  assert.equal(event?.['description'], 'The connection has no script change_password.');
  assert.equal((await server.api('DELETE', pathOf(id))).status, 204);
  assert.equal((await logIn()).sub, id, 'who is there is back at the next login');
});

test('what the scripts see is written nowhere [L-01]', async () => {
  await signUp();
  elsewhere.fail('PATCH /users');
  const { sub } = await logIn();
  await server.api('PATCH', pathOf(String(sub)), { password: OTHER });
  const events = JSON.stringify(await server.logs());
  assert.equal(events.includes(PASSWORD) || events.includes(OTHER), false);
});

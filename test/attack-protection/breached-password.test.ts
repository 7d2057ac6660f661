// Passwords that are known from breaches: at logins, at sign-ups, and where somebody sets a new one.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openListOf, sha1Of } from '../support/breached-list.ts';
import type { Answer } from '../support/injected-request.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { MANAGEMENT_AUDIENCE, MANAGER, MANAGER_SECRET } from '../support/management-server.ts';
import { assertLogged, assertRefused, comparable, type Refusal, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { GRACE, OPEN_TENANT } from '../support/sign-up-server.ts';
import { HOST } from '../support/start-server.ts';

const BREACHED = 'a password of many people';
const LEAKED: Refusal = [
  401,
  'password_leaked',
  "This login attempt has been blocked because the password you're using was previously disclosed through a data breach (not in this application). Please check your email for more information.",
];
const SETTINGS = '/attack-protection/breached-password-detection';
const HOUR_MS = 3_600_000;
const TENANT = {
  ...OPEN_TENANT,
  clients: [
    ...OPEN_TENANT.clients,
    { name: 'Management', client_id: MANAGER, client_secret: MANAGER_SECRET, grant_types: ['client_credentials'] },
  ],
  clientGrants: [
    {
      client_id: 'Management',
      audience: MANAGEMENT_AUDIENCE,
      scope: [
        'update:users',
        'create:users',
        'create:user_tickets',
        'read:attack_protection',
        'update:attack_protection',
      ],
    },
  ],
  attackProtection: { sameUserRateLimit: { enabled: false } },
};

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer({
    tenant: TENANT,
    options: { trusted_proxies: ['127.0.0.1'] },
    breachedFile: await openListOf(PASSWORD, BREACHED),
  });
});
afterEach(() => server.close());

const detect = (body: object) => server.api('PATCH', SETTINGS, { enabled: true, ...body });
const login = (change: object = {}, address = '192.0.2.1') =>
  server.token({ ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address });
const typesOf = async (...types: string[]) =>
  (await server.logs()).map(({ type }) => type).filter((type) => types.includes(type));
const setPassword = (password: string) =>
  server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, { password, connection: TENANT.databases[0]?.name });
const signUp = (password: string): Promise<Answer> =>
  server.app.server.inject({
    ...{ method: 'POST', url: '/dbconnections/signup' },
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify({ ...GRACE, password }),
  });

test('a breached password is refused behind the right password only: a wrong one is answered as ever [T-01]', async () => {
  await detect({ shields: ['block'] });
  const right = await login();
  assertRefused(right, LEAKED);
  await assertLogged(server, right, 'pwd_leak', 'password-leaked');
  // The wrong one is in the list, too.
  const known = await login({ password: BREACHED });
  const unknown = await login({ username: 'nobody@example.com', password: BREACHED });
  assertRefused(known, WRONG_CREDENTIALS);
  assert.deepEqual(comparable(known), comparable(unknown));
});

test('the password is looked up nowhere while nobody wants that', async () => {
  assert.equal((await login()).statusCode, 200);
  assert.deepEqual(await typesOf('pwd_leak'), []);
});

test('an address has one pwd_leak an hour, and every refusal has its event [L-05]', async () => {
  await detect({ shields: ['block'] });
  await assertLogged(server, await login(), 'pwd_leak', 'password-leaked');
  await assertLogged(server, await login(), 'fepft', 'password-leaked');
  await assertLogged(server, await login({}, '192.0.2.2'), 'pwd_leak', 'password-leaked');
  server.clock.advance(HOUR_MS + 1);
  await assertLogged(server, await login(), 'pwd_leak', 'password-leaked');
});

test('without the shield the login goes on, and the log tells of it once an hour and address', async () => {
  await detect({ shields: [] });
  for (let made = 0; made < 3; made += 1) assert.equal((await login()).statusCode, 200);
  assert.deepEqual(await typesOf('pwd_leak', 'sepft'), ['sepft', 'sepft', 'sepft', 'pwd_leak']);
  const leak = (await server.logs()).find(({ type }) => type === 'pwd_leak');
  assert.deepEqual([leak?.['user_id'], leak?.['ip']], [USER_ID, '192.0.2.1']);
});

test('a blocked user hears of the block, and a refused login makes nobody known here', async () => {
  await detect({ shields: ['block'] });
  await server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, { blocked: true });
  assert.equal((await login()).statusCode, 403);
  await server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, { blocked: false });
  await login();
  const sources = await server.ground.database.sql.selectFrom('known_sources').selectAll().execute();
  assert.deepEqual(sources, []);
});

test('a sign-up with one is refused in Auth0’s shape, or goes on and is told', async () => {
  await detect({ stage: { 'pre-user-registration': { shields: ['block'] } } });
  const refused = await signUp(BREACHED);
  assert.equal(refused.statusCode, 400);
  assert.deepEqual(refused.json(), {
    name: 'BadRequestError',
    code: 'password_leaked',
    description:
      'This password was previously disclosed through a data breach (not in this application). Please choose another one.',
    statusCode: 400,
  });
  await assertLogged(server, refused, 'signup_pwd_leak', 'password-leaked');
  await detect({ stage: { 'pre-user-registration': { shields: [] } } });
  assert.equal((await signUp(BREACHED)).statusCode, 200);
  assert.deepEqual(await typesOf('ss', 'signup_pwd_leak'), ['ss', 'signup_pwd_leak', 'signup_pwd_leak']);
  assert.deepEqual(await typesOf('fs'), []);
});

test('a new password by the Management API is refused, or taken and told', async () => {
  await detect({ stage: { 'pre-change-password': { shields: ['block'] } } });
  const refused = await setPassword(BREACHED);
  assert.equal(refused.status, 400);
  assert.deepEqual(
    [refused.json['errorCode'], refused.json['message']],
    ['password_leaked', 'PasswordLeakedError: Password is known from a data breach'],
  );
  assert.equal((await login()).statusCode, 200);
  await detect({ stage: { 'pre-change-password': { shields: [] } } });
  assert.equal((await setPassword(BREACHED)).status, 200);
  assert.equal((await login({ password: BREACHED })).statusCode, 200);
  assert.deepEqual(await typesOf('reset_pwd_leak'), ['reset_pwd_leak', 'reset_pwd_leak']);
});

test('the page for a new password says so, and the link goes on to work', async () => {
  await detect({ stage: { 'pre-change-password': { shields: ['block'] } } });
  const { json } = await server.api('POST', '/tickets/password-change', { user_id: USER_ID });
  const ticket = ticketIn(linkIn(String(json['ticket'])));
  const set = (password: string) => server.post('/u/reset-password', { ticket, password, confirmation: password });
  const refused = await set(BREACHED);
  assert.equal(refused.statusCode, 400);
  assert.match(refused.body, /known from a data breach of some other service/);
  const leak = (await server.logs()).find(({ type }) => type === 'reset_pwd_leak');
  assert.equal(leak?.['user_name'], USER);
  assert.equal((await set('a password of nobody else')).statusCode, 200);
});

test('neither the password nor its digest lies anywhere [L-01]', async () => {
  await detect({ shields: ['block'], stage: { 'pre-user-registration': { shields: ['block'] } } });
  await login();
  await signUp(BREACHED);
  const logged = JSON.stringify(await server.logs());
  for (const password of [PASSWORD, BREACHED]) {
    assert.ok(!logged.includes(password));
    assert.ok(!logged.toLowerCase().includes(sha1Of(password).toString('hex').slice(0, 5)));
  }
});

test('the settings are Auth0’s, change in part, and what has no effect is refused', async () => {
  const defaults = {
    enabled: false,
    shields: [],
    admin_notification_frequency: [],
    method: 'standard',
    stage: { 'pre-user-registration': { shields: [] }, 'pre-change-password': { shields: [] } },
  };
  assert.deepEqual((await server.api('GET', SETTINGS)).json, defaults);
  assert.deepEqual((await server.api('PATCH', SETTINGS, defaults)).json, defaults);
  const change = { stage: { 'pre-change-password': { shields: ['block'] } } };
  assert.deepEqual((await server.api('PATCH', SETTINGS, change)).json, {
    ...defaults,
    stage: { ...defaults.stage, ...change.stage },
  });
  for (const body of [{ method: 'enhanced' }, { shields: ['nothing'] }, { shields: ['block', 'block'] }, {}]) {
    assert.equal((await server.api('PATCH', SETTINGS, body)).status, 400);
  }
});

test('a server without a list does not detect, and says so', async () => {
  const without = await startMailedServer();
  const refused = await without.api('PATCH', SETTINGS, { enabled: true });
  assert.equal(refused.status, 400);
  assert.match(String(refused.json['message']), /no list of breached passwords.*breached_passwords_file/);
  assert.equal((await without.api('PATCH', SETTINGS, { enabled: false, shields: ['block'] })).status, 200);
  await without.close();
});

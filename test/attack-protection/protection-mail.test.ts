// The mails about what attack protection did: a link that lifts a block, a link to a new password, and word to administrators.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ADMINISTRATORS } from '../../src/connection/connection.ts';
import { openListOf } from '../support/breached-list.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { MANAGED_TENANT } from '../support/management-server.ts';
import { assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import { PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { GRACE, OPEN } from '../support/sign-up-server.ts';
import { HOST } from '../support/start-server.ts';

const HOUR_MS = 3_600_000;
const HERE = '192.0.2.1';
const BLOCKED: Refusal = [
  429,
  'too_many_attempts',
  "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.",
];
const PROTECTION = {
  bruteForceProtection: { max_attempts: 2, shields: ['block', 'user_notification'] },
  suspiciousIpThrottling: { shields: ['block', 'admin_notification'] },
  breachedPasswordDetection: {
    ...{ enabled: true, shields: ['block', 'user_notification', 'admin_notification'] },
    admin_notification_frequency: ['immediately'],
  },
  sameUserRateLimit: { enabled: false },
};
const ADMINISTRATOR = { connection: ADMINISTRATORS, password: 'the password of an administrator' };
const TENANT = {
  ...MANAGED_TENANT,
  databases: [
    ...MANAGED_TENANT.databases,
    { name: OPEN, enabled_clients: ['CLI'], options: { passwordPolicy: 'none', disable_signup: false } },
    { name: ADMINISTRATORS, enabled_clients: [] },
  ],
  users: [
    ...MANAGED_TENANT.users,
    { ...ADMINISTRATOR, email: 'first@example.com' },
    { ...ADMINISTRATOR, email: 'second@example.com' },
  ],
  attackProtection: PROTECTION,
};

let server: MailedServer;
const start = async (attackProtection: object = {}, breached: string[] = []) => {
  server = await startMailedServer({
    tenant: { ...TENANT, attackProtection: { ...PROTECTION, ...attackProtection } },
    options: { trusted_proxies: ['127.0.0.1'] },
    breachedFile: await openListOf(...breached),
  });
};
beforeEach(() => start());
afterEach(() => server.close());

const login = (change: object = {}, address = HERE) =>
  server.token({ ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address });
/** Blocks the name from the address, and hears of it. */
async function block(address = HERE, username = USER) {
  for (let made = 0; made < 2; made += 1) await login({ username, password: 'wrong' }, address);
  return login({ username }, address);
}
async function mails() {
  await server.app.mailSender.runDue();
  return server.outbox.list();
}
const typesOf = async (...types: string[]) =>
  (await server.logs()).map(({ type }) => type).filter((type) => types.includes(type));

test('a blocked user gets one mail, and a name of nobody is answered alike and gets none [T-04]', async () => {
  const known = await block();
  assertRefused(known, BLOCKED);
  const before = server.statements.length;
  const unknown = await block(HERE, 'nobody@example.com');
  assert.deepEqual(comparable(known), comparable(unknown));
  const asked = server.statements.slice(before).filter((text) => /insert into "mail_requests"/.test(text));
  assert.equal(asked.length, 1);
  await login();
  const sent = await mails();
  assert.deepEqual(
    sent.map(({ to, subject }) => [to, subject]),
    [[USER, 'Your account at acme is blocked']],
  );
  assert.match(String(sent[0]?.text), /Somebody at 192\.0\.2\.1 got the password/);
  assert.deepEqual((await typesOf('cls', 'fn')).toSorted(), ['cls', 'fn']);
  const failed = (await server.logs()).find(({ type }) => type === 'fn');
  assert.deepEqual([failed?.['description'], failed?.['user_name']], ['Nobody has this name.', null]);
});

test('programs that look at the link lift nothing, the button does, once, and only from where it was [F-13]', async () => {
  await block('198.51.100.7');
  await block();
  const link = linkIn(String((await mails()).find(({ text }) => text?.includes(HERE))?.text));
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const { statusCode } = await server.app.server.inject({ method, url: link, headers: { host: HOST } });
    assert.equal(statusCode, 200);
  }
  assert.equal((await login()).statusCode, 429);
  const page = (await server.get(link)).body;
  assert.ok(page.includes('<form method="post" action="/u/unblock">'), page);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => server.post('/u/unblock', { ticket: ticketIn(link) })),
  );
  assert.deepEqual(
    [200, 400].map((status) => answers.filter(({ statusCode }) => statusCode === status).length),
    [1, 7],
  );
  assert.equal((await login()).statusCode, 200);
  assert.equal((await login({}, '198.51.100.7')).statusCode, 429);
  assert.equal((await server.get(link)).statusCode, 400);
  const lifted = (await server.logs()).filter(({ type }) => type === 'ublkdu');
  assert.deepEqual(
    lifted.map((event) => event['user_id']),
    [USER_ID],
  );
});

test('the link leads to the configured host, and works for the address that it was sent to only [T-43]', async () => {
  await block();
  const [mail] = await mails();
  assert.deepEqual([...new Set(/https?:\/\/[^/]+/g.exec(String(mail?.text)))], [`https://${HOST}`]);
  const link = linkIn(String(mail?.text));
  const change = { email: 'other@example.com', connection: MANAGED_TENANT.databases[0]?.name };
  await server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, change);
  assert.equal((await server.post('/u/unblock', { ticket: ticketIn(link) })).statusCode, 400);
});

test('a mail about one block comes again after an hour, and none comes without the shield', async () => {
  await block();
  assert.equal((await mails()).length, 1);
  for (const [advance, count] of [
    [HOUR_MS - 1000, 1],
    [1000, 2],
  ] as const) {
    server.clock.advance(advance);
    assert.equal((await login()).statusCode, 429);
    assert.equal((await mails()).length, count);
  }
  await server.api('PATCH', '/attack-protection/brute-force-protection', { shields: ['block'] });
  server.clock.advance(HOUR_MS);
  assertRefused(await login(), [...BLOCKED.slice(0, 2), String(BLOCKED[2]).split(' We')[0]] as unknown as Refusal);
  assert.equal((await mails()).length, 2);
});

test('a new password by a link lifts the blocks of the user', async () => {
  await block();
  await block('198.51.100.7');
  const { json } = await server.api('POST', '/tickets/password-change', { user_id: USER_ID });
  const [ticket, password] = [ticketIn(linkIn(String(json['ticket']))), 'a password that is new'];
  await server.post('/u/reset-password', { ticket, password, confirmation: password });
  assert.equal((await login({ password })).statusCode, 200);
  assert.equal((await login({ password }, '198.51.100.7')).statusCode, 200);
});

test('whoever has a breached password gets a mail a day with a link to a new one, and administrators one too', async () => {
  await server.close();
  await start({}, [PASSWORD]);
  for (let made = 0; made < 3; made += 1) assert.equal((await login()).statusCode, 401);
  const sent = await mails();
  assert.deepEqual(sent.map(({ to }) => to).toSorted(), ['first@example.com', USER]);
  const toUser = sent.find(({ to }) => to === USER);
  assert.equal(toUser?.subject, 'Change your password for acme');
  assert.match(String(sent.find(({ to }) => to !== USER)?.text), /The user auth0\|\w+ used a password that is known/);
  const [ticket, password] = [ticketIn(linkIn(String(toUser?.text))), 'a password that is new'];
  await server.post('/u/reset-password', { ticket, password, confirmation: password });
  assert.equal((await login({ password })).statusCode, 200);
  assert.ok(!JSON.stringify(sent).includes(PASSWORD));
});

test('administrators hear of a throttled address once an hour, of logins and of sign-ups', async () => {
  const once = { max_attempts: 1, rate: 86_400_000 };
  const stage = { 'pre-login': once, 'pre-user-registration': once };
  await server.close();
  await start({ suspiciousIpThrottling: { ...PROTECTION.suspiciousIpThrottling, stage } });
  for (const name of ['a', 'b', 'c']) await login({ username: `${name}@example.com`, password: 'wrong' });
  const sent = await mails();
  assert.deepEqual(
    sent.map(({ to, alsoTo, subject }) => [to, alsoTo, subject]),
    [['first@example.com', ['second@example.com'], 'An address is throttled (acme)']],
  );
  assert.match(
    String(sent[0]?.text),
    new RegExp(`from 192\\.0\\.2\\.1 .*https://${HOST}/dashboard/attack-protection`, 's'),
  );
  for (const expected of [200, 429]) {
    const { statusCode } = await server.app.server.inject({
      ...{ method: 'POST', url: '/dbconnections/signup' },
      headers: { host: HOST, 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.9' },
      payload: JSON.stringify(GRACE),
    });
    assert.equal(statusCode, expected);
  }
  assert.equal(
    (await mails()).filter(({ text }) => text?.includes('192.0.2.9') && text.includes('sign-ups')).length,
    1,
  );
});

test('a tenant whose administrators have no address reads so in its log', async () => {
  await server.close();
  const { databases, users } = MANAGED_TENANT;
  const stage = { 'pre-login': { max_attempts: 1, rate: 86_400_000 } };
  server = await startMailedServer({
    tenant: {
      ...{ ...TENANT, databases, users },
      attackProtection: { ...PROTECTION, suspiciousIpThrottling: { ...PROTECTION.suspiciousIpThrottling, stage } },
    },
    options: { trusted_proxies: ['127.0.0.1'] },
  });
  for (const name of ['a', 'b']) await login({ username: `${name}@example.com`, password: 'wrong' });
  assert.deepEqual(await mails(), []);
  const failed = (await server.logs()).find(({ type }) => type === 'fn');
  assert.equal(failed?.['description'], 'No administrator of the tenant has an e-mail address.');
});

test('of mails of one kind there are so many at once, and a request that asks again may still send', async () => {
  const { mailNotices, tenants } = server.app.stores;
  const tenant = (await tenants.findByName('acme')) ?? assert.fail();
  const claim = (subject: string, request: string, now = 1000) =>
    mailNotices.claim(
      tenant.id,
      'throttled_address',
      { subject, quietMs: HOUR_MS, most: 2, address: null, blockKey: null, userId: null },
      request,
      now,
    );
  assert.deepEqual([await claim('a', '1'), await claim('a', '2'), await claim('a', '1')], [true, false, true]);
  assert.deepEqual([await claim('b', '3'), await claim('c', '4')], [true, false]);
  assert.equal(await claim('c', '5', 1000 + HOUR_MS), true);
});

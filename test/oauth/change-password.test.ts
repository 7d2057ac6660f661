// POST /dbconnections/change_password: one answer whoever is asked for, a mail to whoever is there, and a link that works once.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import {
  BACKEND_CLIENT,
  DATABASE,
  PASSWORD,
  PUBLIC_CLIENT,
  SEED_REQUEST,
  USER,
  USER_ID,
} from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const ANSWER = "We've just sent you an email to reset your password.";
const NEW_PASSWORD = 'another battery, another staple';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

const eventsOf = async (type: string) => (await server.logs()).filter((event) => event.type === type);

test('the answer is Auth0’s, the mail has a link, and the link sets the password [F-24]', async () => {
  const answer = await server.askForPassword({ client_id: PUBLIC_CLIENT });
  assert.deepEqual(
    [answer.statusCode, answer.headers['content-type'], answer.body],
    [200, 'text/html; charset=utf-8', ANSWER],
  );
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.equal(server.outbox.list().length, 0, 'the mail leaves after the answer');
  const link = await server.newestLink();
  const [mail] = server.outbox.list();
  assert.deepEqual([mail?.to, mail?.subject], [USER, 'Set a new password for acme']);
  assert.match(link, /^\/u\/reset-password\?ticket=[\w-]{43}$/);
  const [sent] = await eventsOf('scpr');
  assert.deepEqual(
    [sent?.['user_id'], sent?.['user_name'], sent?.['client_id'], sent?.['connection'], sent?.['ip']],
    [USER_ID, USER, PUBLIC_CLIENT, DATABASE, '192.0.2.1'],
  );

  assert.equal((await server.get(link)).statusCode, 200);
  const fields = { ticket: ticketIn(link), password: NEW_PASSWORD, confirmation: NEW_PASSWORD };
  const done = await server.post('/u/reset-password', fields);
  assert.deepEqual([done.statusCode, done.body.includes('Your password is changed')], [200, true]);
  assert.equal((await server.token({ ...SEED_REQUEST, password: NEW_PASSWORD })).statusCode, 200);
  assert.equal((await server.token({ ...SEED_REQUEST, password: PASSWORD })).statusCode, 403);
  const [changed] = await eventsOf('scp');
  assert.deepEqual([changed?.['user_id'], changed?.['connection']], [USER_ID, DATABASE]);
  assert.equal((await server.post('/u/reset-password', fields)).statusCode, 400, 'once only');
});

/** What is asked for when nobody is to get a mail, and what the log says of it. */
const NOBODY: readonly (readonly [cause: string, body: Record<string, unknown>, words: string])[] = [
  ['an unknown address', { email: 'nobody@example.com' }, 'Nobody has this address.'],
  ['a user name', { email: 'sam' }, 'Nobody has this address.'],
  ['a blocked user', { email: 'blocked@example.com' }, 'The user is blocked.'],
  ['a user of another connection', { connection: 'Second' }, 'Nobody has this address.'],
  ['an unknown connection', { connection: 'Nowhere' }, 'There is no such connection.'],
  ['an unknown client', { client_id: 'Nobody' }, 'The client may not use the connection.'],
  ['a client that may not use the connection', { client_id: 'NotEnabled' }, 'The client may not use the connection.'],
  ['administrators', { connection: 'gatehouse-administrators' }, 'There is no such connection.'],
];

test('nobody is answered otherwise, and no mail goes out [T-04]', async () => {
  const { headers: known, ...seen } = await server.askForPassword();
  server.statements.length = 0;
  await server.askForPassword({ client_id: BACKEND_CLIENT });
  const work = [...server.statements];
  const names = (headers: object) => Object.keys(headers).toSorted();
  for (const [cause, body, words] of NOBODY) {
    server.statements.length = 0;
    const answer = await server.askForPassword(body);
    assert.deepEqual([answer.statusCode, answer.body], [seen.statusCode, seen.body], cause);
    assert.deepEqual(names(answer.headers), names(known), cause);
    assert.deepEqual(server.statements, work, `${cause} costs the same`);
    const before = server.outbox.list().length;
    await server.app.mailSender.runDue();
    if (before > 0) assert.equal(server.outbox.list().length, before, cause);
    const [event] = await eventsOf('fcpr');
    assert.equal(event?.['description'], words, cause);
  }
});

test('twelve requests for somebody and for nobody are answered alike, the eleventh with 429 [T-04]', async () => {
  for (let made = 1; made <= 12; made += 1) {
    const [one, other] = [await server.askForPassword(), await server.askForPassword({ email: 'nobody@example.com' })];
    const parts = [one, other].map(({ statusCode, body, headers }) => {
      const { 'x-auth0-requestid': _, date: __, ...rest } = headers;
      return { statusCode, body, headers: rest };
    });
    assert.deepEqual(parts[0], parts[1]);
    assert.equal(one.statusCode, made <= 10 ? 200 : 429, `request ${made}`);
    assert.deepEqual(
      [one.headers['x-ratelimit-limit'], one.headers['x-ratelimit-remaining']],
      ['10', String(Math.max(0, 10 - made))],
    );
  }
  const refused = await server.askForPassword({ email: ` ${USER.toUpperCase()}` });
  assert.equal(refused.statusCode, 429, 'another spelling is the same name');
  assert.equal(refused.headers['retry-after'], '60');
  assert.equal((await server.askForPassword({}, '192.0.2.2')).statusCode, 200, 'another address has its own count');
  server.clock.advance(60_000);
  assert.equal((await server.askForPassword()).statusCode, 200);
  assert.equal((await server.askForPassword()).statusCode, 429);
});

test('one address cannot go through any number of names [T-42]', async () => {
  let status = 0;
  for (let made = 0; made <= 100; made += 1) {
    status = (await server.askForPassword({ email: `name${made}@example.com` }, '192.0.2.9')).statusCode;
  }
  assert.equal(status, 429);
});

test('nobody gets more than ten mails in an hour, from however many addresses they are asked for', async () => {
  for (let made = 1; made <= 12; made += 1) await server.askForPassword({}, `198.51.100.${made}`);
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, 10);
  server.clock.advance(3_600_001);
  await server.askForPassword({}, '198.51.100.99');
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, 11);
});

test('the mail goes to the address that the user has, however it was typed', async () => {
  await server.askForPassword({ email: ` ${USER.toUpperCase()} ` });
  await server.newestLink();
  assert.equal(server.outbox.list()[0]?.to, USER);
});

test('the names of nobody are not kept in the log [L-04]', async () => {
  await server.askForPassword({ email: 'a password typed here' });
  await server.app.mailSender.runDue();
  const [event] = await eventsOf('fcpr');
  assert.equal(event?.['user_name'], null);
  assert.match(String(event?.['user_name_fp']), /^[0-9a-f]{16}$/);
  assert.ok(!JSON.stringify(await server.logs()).includes('typed here'));
});

test('a form does as well, a password in it is ignored, and what is missing is told', async () => {
  const send = (payload: string) =>
    server.app.server.inject({
      ...{ method: 'POST', url: '/dbconnections/change_password', payload },
      headers: { host: HOST, 'content-type': 'application/x-www-form-urlencoded' },
    });
  const form = new URLSearchParams({ email: USER, connection: DATABASE, password: 'ignored' });
  assert.deepEqual([(await send(form.toString())).body], [ANSWER]);
  for (const [body, words] of [
    [{ email: '' }, 'email is required'],
    [{ connection: null }, 'connection is required'],
    [{ organization: 'org_1' }, 'organizations are not supported'],
  ] as const) {
    const answer = await server.askForPassword(body);
    assert.deepEqual([answer.statusCode, answer.json()], [400, { error: words }]);
  }
  assert.equal((await server.askForPassword({ email: 'a\0b' })).statusCode, 400);
  assert.equal((await server.get('/dbconnections/change_password')).statusCode, 405);
});

test('a database that disallows it sends nobody a link', async () => {
  const [connection] = (await server.api('GET', `/connections?name=${DATABASE}`)).json as [
    { id: string; options: object },
  ];
  const options = { ...connection.options, disable_self_service_change_password: true };
  assert.equal((await server.api('PATCH', `/connections/${connection.id}`, { options })).status, 200);
  assert.equal((await server.askForPassword()).body, ANSWER);
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, 0);
});

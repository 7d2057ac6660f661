// The pages that links in mails lead to, as a browser or a program that looks at links asks for them.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { DATABASE, USER, USER_ID } from '../support/sample-tenant.ts';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

const path = `/users/${encodeURIComponent(USER_ID)}`;

async function ticketFor(kind: 'email-verification' | 'password-change', body: object = {}): Promise<string> {
  const answer = await server.api('POST', `/tickets/${kind}`, { user_id: USER_ID, ...body });
  return linkIn(String(answer.json['ticket']));
}

const isVerified = async () => (await server.api('GET', path)).json['email_verified'] as boolean;

test('programs that look at a link do not use it: the button does', async () => {
  await server.api('PATCH', path, { email_verified: false });
  const link = await ticketFor('email-verification');
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const looked = await server.app.server.inject({ method, url: link, headers: { host: 'tenant.example.test' } });
    assert.equal(looked.statusCode, 200);
  }
  assert.equal(await isVerified(), false);
  const page = (await server.get(link)).body;
  assert.ok(page.includes(USER) && page.includes('<form method="post" action="/u/email-verification">'));
  const done = await server.post('/u/email-verification', { ticket: ticketIn(link) });
  assert.deepEqual([done.statusCode, await isVerified()], [200, true]);
  assert.equal((await server.get(link)).statusCode, 400);
  assert.equal((await server.logs()).find(({ type }) => type === 'sv')?.['user_id'], USER_ID);
});

test('the pages run nothing, load nothing, are framed by nobody, kept by nobody, and tell nobody the ticket [T-38]', async () => {
  const links = [await ticketFor('email-verification'), await ticketFor('password-change')];
  for (const link of [...links, '/u/reset-password?ticket=x', '/u/unblock?ticket=x', '/u/email-verification']) {
    const { headers, body } = await server.get(link);
    const policy = String(headers['content-security-policy']);
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.doesNotMatch(body, /<script|<img|<link|\son\w+=|\ssrc=/i);
  }
});

test('what somebody is called is text on every page and in every mail [T-38]', async () => {
  const markup = '<img src=x onerror="alert(1)">';
  await server.api('PATCH', '/tenants/settings', { friendly_name: markup });
  await server.ground.database.sql.updateTable('users').set({ given_name: markup, username: markup }).execute();
  for (const kind of ['email-verification', 'password-change'] as const) {
    const { body } = await server.get(await ticketFor(kind));
    assert.ok(!body.includes('<img') && body.includes('&#60;img'), kind);
  }
  await server.askForPassword();
  await server.newestLink();
  assert.ok(!server.outbox.list()[0]?.html.includes('<img'));
});

test('the rules are on the page, and the one that a password does not keep is told in place', async () => {
  const [{ id }] = (await server.api('GET', `/connections?name=${DATABASE}`)).json as [{ id: string }];
  await server.api('PATCH', `/connections/${id}`, { options: { passwordPolicy: 'good', requires_username: true } });
  const link = await ticketFor('password-change');
  const ticket = ticketIn(link);
  const { body } = await server.get(link);
  assert.ok(body.includes('At least 8 characters in length') && body.includes('minlength="8"'));
  assert.ok(!body.includes('missing<'));
  const send = (password: string, confirmation = password) =>
    server.post('/u/reset-password', { ticket, password, confirmation });
  for (const [answer, words] of [
    [await send('short'), 'This password does not keep the rules below.'],
    [await send('A-g00d-Passw0rd!', 'another'), 'The two passwords are not the same.'],
    [await send(''), 'Please type a password.'],
    [await send('x'.repeat(1025)), 'A password has 1024 characters at most.'],
  ] as const) {
    assert.deepEqual([answer.statusCode, answer.body.includes(words)], [400, true], words);
    assert.ok(!answer.body.includes('g00d'), 'no password comes back');
  }
  assert.match((await send('longenough')).body, /<li class="kept">At least 8 characters in length - kept/);
  assert.equal((await send('A-g00d-Passw0rd!')).statusCode, 200);
});

test('whoever is done goes on to where the ticket leads, with what Auth0 adds', async () => {
  for (const [includeEmailInRedirect, email] of [
    [true, USER],
    [false, null],
  ] as const) {
    const body = { result_url: 'https://app.example.com/done?a=1', includeEmailInRedirect };
    const link = await ticketFor('email-verification', body);
    const { body: page } = await server.post('/u/email-verification', { ticket: ticketIn(link) });
    const [, target = ''] = /content="0;url=([^"]+)"/.exec(page) ?? [];
    const url = new URL(target.replaceAll('&#38;', '&'));
    assert.equal(url.origin + url.pathname, 'https://app.example.com/done');
    assert.deepEqual(
      ['a', 'success', 'code', 'email'].map((name) => url.searchParams.get(name)),
      ['1', 'true', 'success', email],
    );
    assert.ok(page.includes('class="button" href="https://app.example.com/done'));
  }
});

test('every link that does not work looks alike, and strangers leave nothing in the log', async () => {
  const used = await ticketFor('email-verification');
  await server.post('/u/email-verification', { ticket: ticketIn(used) });
  const before = (await server.logs()).length;
  const links = [
    used,
    `/u/email-verification?ticket=${'x'.repeat(43)}`,
    '/u/email-verification',
    '/u/email-verification?ticket=%00',
    '/u/email-verification?ticket=a&ticket=b',
  ];
  const answers = await Promise.all(links.map((link) => server.get(link)));
  assert.equal(new Set(answers.map(({ statusCode, body }) => statusCode + body)).size, 1);
  assert.equal(answers[0]?.statusCode, 400);
  assert.equal((await server.logs()).length, before);
});

test('the outbox shows mails to this machine only, and as text', async () => {
  await server.askForPassword();
  await server.newestLink();
  const list = await server.get('/outbox');
  const [, id = ''] = /href="\/outbox\/([0-9a-f]{16})"/.exec(list.body) ?? [];
  const shown = await server.get(`/outbox/${id}`);
  assert.ok(shown.body.includes(USER) && shown.body.includes('/u/reset-password?ticket='));
  const rendered = await server.get(`/outbox/${id}/html`);
  assert.match(String(rendered.headers['content-security-policy']), /^sandbox; default-src 'none'/);
  const ask = (url: string, options: object = {}) =>
    server.app.server.inject({ url, headers: { host: 'tenant.example.test', accept: 'application/json' }, ...options });
  assert.deepEqual(
    (await ask('/outbox')).json<{ to: string }[]>().map(({ to }) => to),
    [USER],
  );
  assert.equal((await ask(`/outbox/${id}`)).json<{ to: string }>().to, USER);
  for (const url of ['/outbox', `/outbox/${id}`, `/outbox/${id}/html`]) {
    assert.equal((await ask(url, { remoteAddress: '192.0.2.1' })).statusCode, 404);
    assert.equal((await ask(url, { headers: { host: 'evil.example' } })).statusCode, 404);
  }
  assert.equal((await server.get('/outbox/0000000000000000')).statusCode, 404);
});

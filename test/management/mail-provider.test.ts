// Management: the mail server of a tenant, as Auth0 calls it the e-mail provider.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { startMailServer } from '../support/mail-server.ts';
import { type MailedServer, startMailedServer } from '../support/mailed-server.ts';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

const CREDENTIALS = {
  smtp_host: 'mail.example.com',
  smtp_port: 2525,
  smtp_user: 'acme',
  smtp_pass: 'a-secret-of-smtp',
};
const PROVIDER = { name: 'smtp', default_from_address: 'hi@example.com', credentials: CREDENTIALS };
const { smtp_pass: _, ...SHOWN } = CREDENTIALS;
const OBJECT = { name: 'smtp', enabled: true, default_from_address: 'hi@example.com', credentials: SHOWN };

const create = (body: object = PROVIDER) => server.api('POST', '/emails/provider', body);
const change = (body: object) => server.api('PATCH', '/emails/provider', body);
const stored = async () => {
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  return server.app.stores.mailProviders.find(tenant.id);
};

test('a provider is made, shown, changed and taken away, and its password is never told', async () => {
  const query = '?fields=name,enabled,credentials,settings,default_from_address&include_fields=true';
  const missing = [404, 'inexistent_email_provider', 'There is not a configured email provider'] as const;
  assertApiRefused(await server.api('GET', `/emails/provider${query}`), missing);
  assertApiRefused(await change({ enabled: false }), missing);
  assert.deepEqual(jsonOf(await create(), 201), OBJECT);
  assertApiRefused(await create(), [409, 'email_provider_conflict', /already/]);
  assert.deepEqual(jsonOf(await server.api('GET', `/emails/provider${query}`), 200), OBJECT);
  assert.deepEqual(jsonOf(await change({ enabled: false }), 200), { ...OBJECT, enabled: false });
  assert.equal((await stored())?.password?.reveal(), CREDENTIALS.smtp_pass);
  assert.equal((await server.api('DELETE', '/emails/provider')).status, 204);
  assert.equal((await server.api('DELETE', '/emails/provider')).status, 204);
  assertApiRefused(await server.api('GET', '/emails/provider'), missing);
});

test('a password goes to the server it was given for, and to no other one [T-34]', async () => {
  await create();
  for (const other of [{ smtp_host: 'evil.example' }, { smtp_port: 25 }, { smtp_user: 'eve' }]) {
    const answer = await change({ credentials: { ...SHOWN, ...other } });
    assertApiRefused(answer, [400, 'invalid_body', /smtp_user and smtp_pass go together/]);
  }
  assert.equal((await change({ credentials: SHOWN })).status, 200);
  assert.equal((await stored())?.password?.reveal(), CREDENTIALS.smtp_pass);
  assert.equal((await change({ credentials: { smtp_host: 'other.example.com' } })).status, 200);
  assert.deepEqual([(await stored())?.port, (await stored())?.password], [587, null]);
});

test('another kind of provider, and what would have no effect, is refused by name', async () => {
  const sendgrid = await create({ name: 'sendgrid', credentials: { api_key: 'a-secret-of-sendgrid' } });
  assertApiRefused(sendgrid, [400, 'operation_not_supported', /not through sendgrid/]);
  assert.ok(!sendgrid.raw.body.includes('a-secret'));
  for (const [body, words] of [
    [{ ...PROVIDER, settings: {} }, /settings/],
    [{ ...PROVIDER, credentials: { ...CREDENTIALS, api_key: 'x' } }, /api_key/],
    [{ ...PROVIDER, credentials: {} }, /smtp_host/],
    [{ ...PROVIDER, credentials: { smtp_host: 'a.example', smtp_user: 'x' } }, /go together/],
    [{ ...PROVIDER, default_from_address: 'nobody' }, /default_from_address/],
  ] as const) {
    assertApiRefused(await create(body), [400, 'invalid_body', words]);
  }
});

test('mails of the tenant leave through its own server, which is at no address of this machine [T-33]', async () => {
  const post = await startMailServer();
  await create({ ...PROVIDER, credentials: { smtp_host: '127.0.0.1', smtp_port: post.port } });
  await server.askForPassword();
  await server.app.mailSender.runDue();
  assert.equal(post.connections, 0);
  await post.close();
  assert.equal(server.outbox.list().length, 0, 'not by the way of the operator');
  const { attempts } = await server.ground.database.sql
    .selectFrom('mail_requests')
    .select('attempts')
    .executeTakeFirstOrThrow();
  assert.equal(attempts, 1);
  await change({ enabled: false });
  server.clock.advance(60_000);
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, 1, 'by the way of the operator again');
});

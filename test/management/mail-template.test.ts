// Management: the texts of mails, which tenants write in Liquid.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

const TEMPLATE = {
  template: 'reset_email',
  body: '<p>Hi {{ user.name }}! <a href="{{ url | escape }}">Go</a> {{ user.user_metadata.note }}</p>',
  from: '{{ application.name }} <support@example.com>',
  subject: 'A password for {{ application.name }}',
  syntax: 'liquid',
  resultUrl: 'https://app.example.com/',
  urlLifetimeInSeconds: 600,
  includeEmailInRedirect: false,
  enabled: true,
};

const create = (body: object = TEMPLATE) => server.api('POST', '/email-templates', body);
const change = (body: object) => server.api('PATCH', '/email-templates/reset_email', body);

test('a template is made, shown and changed, and is what mails say', async () => {
  assertApiRefused(await server.api('GET', '/email-templates/reset_email'), [404, 'inexistent_email_template', /./]);
  assertApiRefused(await change({ enabled: false }), [404, 'inexistent_email_template', /./]);
  assert.deepEqual(jsonOf(await create(), 201), TEMPLATE);
  assertApiRefused(await create(), [409, 'email_template_conflict', /./]);
  await server.api('PATCH', `/users/${encodeURIComponent(USER_ID)}`, { user_metadata: { note: '<b>&amp;</b>' } });
  await server.askForPassword({ client_id: PUBLIC_CLIENT });
  const link = await server.newestLink();
  const [mail] = server.outbox.list();
  assert.deepEqual(
    [mail?.from, mail?.subject, mail?.text],
    [{ name: 'CLI', address: 'support@example.com' }, 'A password for CLI', null],
  );
  assert.ok(mail?.html.startsWith('<p>Hi Sam User! <a href="https://'));
  assert.ok(mail?.html.includes('&#60;b&#62;&amp;&#60;/b&#62;'), 'a value is text, escaped once');
  const done = await server.post('/u/reset-password', {
    ticket: ticketIn(link),
    password: 'longer',
    confirmation: 'longer',
  });
  assert.match(done.body, /content="0;url=https:\/\/app\.example\.com\/\?success=true&#38;code=success/);
  assert.ok(!done.body.includes('email='));

  assert.equal((await change({ enabled: false, subject: 'Changed' })).status, 200);
  await server.askForPassword();
  server.clock.advance(600_000);
  assert.equal(linkIn(await builtInText()).length > 0, true);
  const put = { template: 'reset_email', body: '{{ url }}', subject: 'Put' };
  const { from, resultUrl, urlLifetimeInSeconds, enabled } = jsonOf<Record<string, unknown>>(
    await server.api('PUT', '/email-templates/reset_email', put),
    200,
  );
  assert.deepEqual([from, resultUrl, urlLifetimeInSeconds, enabled], ['', '', 432_000, true]);
});

/** The newest mail as text, which only built-in ones have. */
async function builtInText(): Promise<string> {
  await server.app.mailSender.runDue();
  return server.outbox.list()[0]?.text ?? '';
}

test('the link of a template works for as long as the template says', async () => {
  await create();
  await server.askForPassword();
  const link = await server.newestLink();
  server.clock.advance(599_999);
  assert.equal((await server.get(link)).statusCode, 200);
  server.clock.advance(1);
  assert.equal((await server.get(link)).statusCode, 400);
});

test('mails that are never sent, and texts that cannot be rendered, are refused with a reason', async () => {
  for (const template of ['welcome_email', 'verify_email_by_code', 'mfa_oob_code', 'change_password']) {
    const words = new RegExp(`has no mail ${template}: a text for it would never be sent`);
    assertApiRefused(await create({ ...TEMPLATE, template }), [400, 'operation_not_supported', words]);
  }
  assertApiRefused(await create({ ...TEMPLATE, template: 'nothing' }), [404, 'inexistent_email_template', /./]);
  for (const [body, words] of [
    [{ body: '{% if user %}' }, /body/],
    [{ body: '{{ user | nofilter }}' }, /nofilter.*body/],
    [{ body: "{% include '/etc/passwd' %}" }, /body/],
    [{ body: "{% render 'x' %}" }, /body/],
    [{ subject: '{{' }, /subject/],
    [{ subject: 'a\r\nBcc: x@example.com' }, /subject/],
    [{ from: 'not an address' }, /from/],
    [{ from: 'A <{{ user.email }}>' }, /from/],
    [{ from: 'a@example.com, b@example.com' }, /from/],
    [{ resultUrl: 'javascript:alert(1)' }, /resultUrl/],
    [{ syntax: 'handlebars' }, /syntax/],
    [{ body: null }, /body/],
    [{ urlLifetimeInSeconds: -1 }, /urlLifetimeInSeconds/],
    [{ colour: 'red' }, /colour/],
  ] as const) {
    assertApiRefused(await create({ ...TEMPLATE, ...body }), [400, 'invalid_body', words]);
  }
  assertApiRefused(await change({ template: 'verify_email' }), [400, 'invalid_body', /template/]);
});

test('a template reaches no prototype, and ends when it takes too long or too much [T-36]', async () => {
  const body =
    '[{{ user.constructor }}{{ user.__proto__ }}{{ user.name.constructor }}{{ url.constructor.name }}]{{ url }}';
  assert.equal((await create({ ...TEMPLATE, body })).status, 201);
  await server.askForPassword();
  await server.newestLink();
  assert.ok(server.outbox.list()[0]?.html.startsWith('[]https://'));
  const startedAt = performance.now();
  for (const [endless, words] of [
    ['{% for a in (1..100000) %}{% for b in (1..100000) %}{{ a }}{% endfor %}{% endfor %}', /limit exceeded.*body/],
    [
      '{% assign a = "xxxxxxxxxxxxxxxx" %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
      /memory.*body/,
    ],
    [
      `{% assign a = "${'x,'.repeat(5000)}" %}{% for i in (1..9999) %}{% assign b = a | split: "," | join: "yyyyyyyyyyy" %}{% endfor %}`,
      /limit exceeded.*body/,
    ],
  ] as const) {
    assertApiRefused(await change({ body: endless }), [400, 'invalid_body', words]);
  }
  // No test asserts a time, but one that never ends is a failure of its own.
  assert.ok(performance.now() - startedAt < 30_000);
});

// Management: the mail provider, mail templates, and tickets. This version sends no mail and has no pages for tickets to lead to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const PROVIDER = { name: 'smtp', credentials: { smtp_host: 'mail.example.com', smtp_pass: 'secret' } };
const TEMPLATE = { template: 'verify_email', body: '<p>Hello</p>', from: 'a@example.com', subject: 'Hello' };

test('there is no mail provider and no template', async () => {
  const query = '?fields=name,enabled,credentials,settings,default_from_address&include_fields=true';
  const provider = await server.api('GET', `/emails/provider${query}`);
  assert.deepEqual(
    [provider.status, provider.json],
    [
      404,
      {
        statusCode: 404,
        error: 'Not Found',
        message: 'There is not a configured email provider',
        errorCode: 'inexistent_email_provider',
      },
    ],
  );
  const template = await server.api('GET', '/email-templates/verify_email');
  assert.deepEqual(
    [template.status, (template.json as { errorCode: string }).errorCode],
    [404, 'inexistent_email_template'],
  );
});

test('a provider, a template or a ticket is refused with a sentence, and its values are not repeated', async () => {
  const ticket = { user_id: 'auth0|67e9930075b689b7db2688df' };
  for (const [method, path, body, lacks] of [
    ['POST', '/emails/provider', PROVIDER, 'mail'],
    ['PATCH', '/emails/provider', PROVIDER, 'mail'],
    ['POST', '/email-templates', TEMPLATE, 'mail'],
    ['PUT', '/email-templates/verify_email', TEMPLATE, 'mail'],
    ['PATCH', '/email-templates/verify_email', TEMPLATE, 'mail'],
    ['POST', '/tickets/password-change', ticket, 'pages for tickets to lead to'],
    ['POST', '/tickets/email-verification', ticket, 'pages for tickets to lead to'],
  ] as const) {
    const { status, json, raw } = await server.api(method, path, body);
    const expected = {
      statusCode: 400,
      error: 'Bad Request',
      message: `This version of Gatehouse has no ${lacks}.`,
      errorCode: 'operation_not_supported',
    };
    assert.deepEqual([status, json], [400, expected], path);
    assert.ok(!raw.body.includes('secret'));
  }
});

test('each needs its scope', async () => {
  const token = await server.managementToken('read:email_provider');
  assert.equal((await server.api('GET', '/emails/provider', undefined, token)).status, 404);
  for (const [method, path] of [
    ['POST', '/emails/provider'],
    ['GET', '/email-templates/verify_email'],
    ['POST', '/tickets/password-change'],
  ] as const) {
    assert.equal((await server.api(method, path, method === 'GET' ? undefined : {}, token)).status, 403, path);
  }
});

// Management: mails to confirm an address, by a job, and by what makes or changes a user.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { startManagementServer } from '../support/management-server.ts';
import { DATABASE, PASSWORD, PUBLIC_CLIENT, USER, USER_ID } from '../support/sample-tenant.ts';

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

const path = `/users/${encodeURIComponent(USER_ID)}`;
const confirm = async () => server.post('/u/email-verification', { ticket: ticketIn(await server.newestLink()) });

test('a job sends the mail, and ends with it', async () => {
  const made = await server.api('POST', '/jobs/verification-email', { user_id: USER_ID, client_id: PUBLIC_CLIENT });
  const { id, created_at: at, ...rest } = jsonOf<Record<string, string>>(made, 201);
  assert.match(`${id} ${at}`, /^job_\w{16} \d{4}-/);
  assert.deepEqual(rest, { type: 'verification_email', status: 'pending' });
  assert.equal(jsonOf<{ status: string }>(await server.api('GET', `/jobs/${id}`), 200).status, 'pending');
  assert.equal((await confirm()).statusCode, 200);
  assert.equal(server.outbox.list()[0]?.to, USER);
  const { status, percentage_done: percent } = jsonOf<Record<string, unknown>>(
    await server.api('GET', `/jobs/${id}`),
    200,
  );
  assert.deepEqual([status, percent], ['completed', 100]);
  const types = (await server.logs()).map(({ type }) => type);
  assert.deepEqual(types.slice(0, 2), ['sv', 'svr']);
});

test('a job whose user is gone fails, and says why', async () => {
  const { id } = jsonOf<{ id: string }>(
    await server.api('POST', '/jobs/verification-email', { user_id: USER_ID }),
    201,
  );
  await server.api('DELETE', path);
  await server.app.mailSender.runDue();
  const job = jsonOf<Record<string, unknown>>(await server.api('GET', `/jobs/${id}`), 200);
  assert.deepEqual([job['status'], job['status_details']], ['failed', 'There is no such user any more.']);
  assert.equal((await server.logs())[0]?.type, 'fvr');
});

test('a job for nobody, or for somebody whose address is not ours to confirm, is refused', async () => {
  const { user_id: nameless } = jsonOf<{ user_id: string }>(
    await server.api('POST', '/users', { connection: DATABASE, username: 'nameless', password: PASSWORD }),
    201,
  );
  for (const [body, refusal] of [
    [{ user_id: 'auth0|none' }, [404, 'inexistent_user', /./]],
    [{ user_id: USER_ID, client_id: 'none' }, [404, 'inexistent_client', /./]],
    [{ user_id: nameless }, [400, 'operation_not_supported', /no e-mail address/]],
    [{}, [400, 'invalid_body', /user_id/]],
  ] as const) {
    assertApiRefused(await server.api('POST', '/jobs/verification-email', body), refusal);
  }
});

test('verify_email sends the mail with a new user, a changed one, and another address', async () => {
  const made = { connection: DATABASE, email: 'new@example.com', password: PASSWORD, verify_email: true };
  const { user_id: id } = jsonOf<{ user_id: string }>(await server.api('POST', '/users', made), 201);
  assert.equal((await confirm()).statusCode, 200);
  const own = `/users/${encodeURIComponent(id)}`;
  const verified = async () => (await server.api('GET', own)).json['email_verified'];
  assert.equal(await verified(), true);
  await server.api('PATCH', own, { email: 'newer@example.com', verify_email: true, client_id: PUBLIC_CLIENT });
  assert.equal(await verified(), false);
  assert.equal((await confirm()).statusCode, 200);
  assert.deepEqual([server.outbox.list()[0]?.to, await verified()], ['newer@example.com', true]);
  const mails = server.outbox.list().length;
  await server.api('PATCH', own, { verify_email: false, name: 'Without mail' });
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, mails);
});

test('a user who is not made is sent no mail', async () => {
  const twice = { connection: DATABASE, email: USER, password: PASSWORD, verify_email: true };
  assertApiRefused(await server.api('POST', '/users', twice), [409, 'auth0_idp_error', /./]);
  await server.app.mailSender.runDue();
  assert.equal(server.outbox.list().length, 0);
});

test('where no mail can leave, asking for one is refused, and tickets work all the same', async () => {
  const without = await startManagementServer();
  const made = { connection: DATABASE, email: 'new@example.com', password: PASSWORD, verify_email: true };
  for (const [method, to, body] of [
    ['POST', '/jobs/verification-email', { user_id: USER_ID }],
    ['POST', '/users', made],
    ['PATCH', path, { verify_email: true }],
  ] as const) {
    assertApiRefused(await without.api(method, to, body), [400, 'operation_not_supported', /no way to send mail/]);
  }
  assert.equal((await without.api('POST', '/tickets/email-verification', { user_id: USER_ID })).status, 201);
  const asked = await without.app.server.inject({
    ...{ method: 'POST', url: '/dbconnections/change_password' },
    headers: { host: 'tenant.example.test', 'content-type': 'application/json' },
    payload: { email: USER, connection: DATABASE },
  });
  assert.equal(asked.statusCode, 200);
  await without.app.mailSender.runDue();
  const [event] = await without.logs();
  assert.equal(event?.type, 'fcpr');
  assert.match(String(event?.['description']), /There is no mail server/);
  assert.equal(
    (await without.app.server.inject({ url: '/outbox', headers: { host: 'tenant.example.test' } })).statusCode,
    404,
  );
  await without.close();
});

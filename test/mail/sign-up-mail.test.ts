// Whoever makes an account is asked to confirm the address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { MANAGED_TENANT } from '../support/management-server.ts';
import { DATABASE, PUBLIC_CLIENT } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const EMAIL = 'stranger@example.com';

test('a mail goes to a new account, and to nobody when there is none', async () => {
  const databases = MANAGED_TENANT.databases.map((one) => ({
    ...one,
    options: { passwordPolicy: 'none', disable_signup: false },
  }));
  const server = await startMailedServer({ tenant: { ...MANAGED_TENANT, databases, users: [] } });
  const signUp = () =>
    server.app.server.inject({
      ...{ method: 'POST', url: '/dbconnections/signup' },
      headers: { host: HOST, 'content-type': 'application/json' },
      payload: { client_id: PUBLIC_CLIENT, connection: DATABASE, email: EMAIL, password: 'of some length' },
    });
  const made = await signUp();
  assert.equal(made.statusCode, 200, made.body);
  assert.equal((await signUp()).statusCode, 400);
  const ticket = ticketIn(await server.newestLink());
  assert.deepEqual(
    server.outbox.list().map(({ to, subject }) => [to, subject]),
    [[EMAIL, 'Confirm your e-mail address for acme']],
  );
  assert.equal((await server.post('/u/email-verification', { ticket })).statusCode, 200);
  const [event] = await server.logs();
  assert.deepEqual([event?.type, event?.['user_name']], ['sv', EMAIL]);
  await server.close();
});

// Auth0's libraries, of today and of 4.x, on mails: somebody asks for a new password, and an administrator sets up the mail
// server, its texts, and links. The mails stay in the outbox of the development server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ManagementClient } from 'auth0';
import * as legacy from 'auth0/legacy';
import * as v4 from 'auth0-v4';
import { proving } from '../support/proved-call.ts';
import { APPLICATION, assertRefused, DATABASE, type Managed, startManaged } from './managed.ts';

let managed: Managed;
let management: ManagementClient;
let management4: v4.ManagementClient;
before(async () => {
  managed = await startManaged();
  ({ management, management4 } = managed);
});
after(() => managed.server.stop());

const PASSWORD = 'a password of some length';

async function outbox(): Promise<{ id: string; to: string; subject: string }[]> {
  const answer = await fetch(`${managed.server.https}/outbox`, { headers: { accept: 'application/json' } });
  return (await answer.json()) as { id: string; to: string; subject: string }[];
}

/** The link in the first mail to this address; the mail leaves some time after it was asked for. */
async function linkTo(address: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const mail = (await outbox()).find(({ to }) => to === address);
    if (mail) {
      const shown = await fetch(`${managed.server.https}/outbox/${mail.id}`, {
        headers: { accept: 'application/json' },
      });
      const { text } = (await shown.json()) as { text: string };
      return /https:\S+ticket=\S+/.exec(text)?.[0] ?? '';
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return assert.fail(`no mail to ${address}`);
}

/** Does what the page's form does. */
function send(link: string, fields: Record<string, string>): Promise<Response> {
  const url = new URL(link);
  const ticket = url.searchParams.get('ticket') ?? '';
  return fetch(url.origin + url.pathname, { method: 'POST', body: new URLSearchParams({ ticket, ...fields }) });
}

for (const [name, library, { AuthenticationClient }] of [
  ['auth0 4', 'auth0 4', v4],
  ['auth0 7, in its legacy part,', 'auth0/legacy', legacy],
] as const) {
  test(`${name} asks for a mail, whose link sets a new password`, async () => {
    const email = `${name.replaceAll(/\W/g, '')}@example.com`;
    await management.users.create({ connection: DATABASE, email, password: PASSWORD });
    const { database } = proving(
      library,
      new AuthenticationClient({ domain: managed.server.domain, clientId: APPLICATION }),
    );
    const answer = await database.changePassword({ email, connection: DATABASE });
    assert.deepEqual([answer.status, answer.data], [200, "We've just sent you an email to reset your password."]);
    const password = 'another password of some length';
    assert.equal((await send(await linkTo(email), { password, confirmation: password })).status, 200);
    const login = await fetch(`${managed.server.https}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'password', client_id: APPLICATION, username: email, password }),
    });
    assert.equal(login.status, 200);
  });
}

test('auth0 7 and 4 make links, and a job that sends one', async () => {
  const email = 'links@example.com';
  const { user_id: id = '' } = await management.users.create({ connection: DATABASE, email, password: PASSWORD });
  const { ticket } = await management.tickets.changePassword({
    user_id: id,
    ttl_sec: 60,
    result_url: 'https://x.example/',
  });
  assert.equal((await fetch(ticket)).status, 200);
  const { data } = await management4.tickets.verifyEmail({ user_id: id });
  assert.equal((await send(data.ticket, {})).status, 200);
  assert.equal((await management.users.get(id)).email_verified, true);
  const job = await management.jobs.verificationEmail.create({ user_id: id });
  assert.deepEqual([job.type, job.status], ['verification_email', 'pending']);
  assert.notEqual(await linkTo(email), '');
  // The mail is there a moment before it is known to have left.
  let status: string = job.status;
  for (let tries = 0; tries < 100 && ['pending', 'processing'].includes(status); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ status } = await management.jobs.get(job.id));
  }
  assert.equal(status, 'completed');
});

test('auth0 7 sets the mail server up and takes it away, and writes texts', async () => {
  await assertRefused(management.emails.provider.get(), 404, 'inexistent_email_provider');
  const provider = { name: 'smtp', credentials: { smtp_host: 'mail.example.com', smtp_port: 25 } } as const;
  assert.equal((await management.emails.provider.create(provider)).enabled, true);
  assert.equal((await management.emails.provider.update({ enabled: false })).enabled, false);
  assert.equal((await management.emails.provider.get()).credentials?.smtp_host, 'mail.example.com');
  await management.emails.provider.delete();
  await assertRefused(management.emailTemplates.get('verify_email'), 404, 'inexistent_email_template');
  const template = { template: 'verify_email', subject: 'Hello', body: '{{ url }}', syntax: 'liquid' } as const;
  assert.equal((await management.emailTemplates.create(template)).subject, 'Hello');
  assert.equal((await management.emailTemplates.update('verify_email', { subject: 'Hi' })).subject, 'Hi');
  assert.equal((await management.emailTemplates.get('verify_email')).subject, 'Hi');
});

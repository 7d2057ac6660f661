// How mails leave: through a real mail server that is there, away, slow or unwilling.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { createMailRequestStore } from '../../src/mail/mail-request-store.ts';
import { createMailSender } from '../../src/mail/mail-sender.ts';
import { createSmtpTransport } from '../../src/mail/smtp-transport.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { linkIn, type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { USER, USER_ID } from '../support/sample-tenant.ts';
import { trustAuthority } from '../support/trust.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startPost(port?: number, options?: Parameters<typeof startMailServer>[1]): Promise<MailServer> {
  const post = await startMailServer(port, options);
  closing.push(() => post.close());
  return post;
}

async function startSending(port: number, options: Record<string, unknown> = {}): Promise<MailedServer> {
  const server = await startMailedServer({
    options: {
      smtp_host: '127.0.0.1',
      smtp_port: port,
      smtp_security: 'none',
      mail_from: 'Acme <hi@acme.test>',
      ...options,
    },
  });
  closing.push(() => server.close());
  return server;
}

const send = ({ app }: MailedServer) => app.mailSender.runDue();
const typesOf = async (server: MailedServer) => (await server.logs()).map(({ type }) => type);

test('a mail has both forms, its sender, and says that no person wrote it', async () => {
  const post = await startPost();
  const server = await startSending(post.port);
  await server.askForPassword();
  await send(server);
  const [mail] = post.received;
  assert.deepEqual([mail?.from, mail?.to, mail?.user], ['hi@acme.test', [USER], null]);
  for (const header of [
    /^From: Acme <hi@acme\.test>\r$/m,
    /^Auto-Submitted: auto-generated\r$/m,
    /text\/plain/,
    /text\/html/,
  ]) {
    assert.match(mail?.text ?? '', header);
  }
  assert.equal(server.outbox.list().length, 0, 'with a mail server nothing stays here');
  assert.ok((await typesOf(server)).includes('scpr'));
});

test('answers do not wait for a mail server that is away, and the mail leaves within a minute of its return [F-24]', async () => {
  const port = (await findTwoFreePorts())[0];
  const server = await startSending(port);
  assert.equal((await server.askForPassword()).statusCode, 200);
  for (let minutes = 0; minutes < 10; minutes += 1) {
    await send(server);
    server.clock.advance(60_000);
  }
  assert.ok(!(await typesOf(server)).includes('fcpr'), 'it is still to be sent');
  const post = await startPost(port);
  await send(server);
  assert.equal(post.received.length, 1);
  assert.ok((await typesOf(server)).includes('scpr'));
  await send(server);
  assert.equal(post.received.length, 1, 'once');
});

test('the pauses between tries grow to less than a minute [F-24]', async () => {
  const server = await startSending((await findTwoFreePorts())[0]);
  await server.askForPassword();
  const { sql } = server.ground.database;
  const pauses: number[] = [];
  for (let made = 0; made < 8; made += 1) {
    await send(server);
    const { due_at: due } = await sql.selectFrom('mail_requests').select('due_at').executeTakeFirstOrThrow();
    pauses.push((due - server.clock.now()) / 1000);
    server.clock.advance(due - server.clock.now());
  }
  assert.deepEqual(pauses, [2, 4, 8, 16, 32, 45, 45, 45]);
});

test('a mail whose link would have ended is not sent any more [F-24]', async () => {
  const port = (await findTwoFreePorts())[0];
  const server = await startSending(port);
  await server.askForPassword();
  await send(server);
  server.clock.advance(432_000_000);
  const post = await startPost(port);
  await send(server);
  assert.equal(post.received.length, 0);
  const [event] = await server.logs();
  assert.deepEqual(
    [event?.type, event?.['description']],
    ['fcpr', 'The mail could not be sent before its link had ended.'],
  );
});

test('a link in a mail that was late ends when it would have ended anyway [F-24]', async () => {
  const port = (await findTwoFreePorts())[0];
  const server = await startSending(port);
  await server.askForPassword();
  server.clock.advance(431_000_000);
  const post = await startPost(port);
  await send(server);
  const link = linkIn((post.received[0]?.text ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '='));
  assert.equal((await server.get(link)).statusCode, 200);
  server.clock.advance(1_000_000);
  assert.equal((await server.get(link)).statusCode, 400);
});

test('a recipient who is refused for good is not tried again, one who is refused for now is', async () => {
  const post = await startPost();
  const server = await startSending(post.port);
  post.refusal = { code: 450 };
  await server.askForPassword();
  await send(server);
  assert.ok(!(await typesOf(server)).includes('fcpr'));
  post.refusal = { code: 550 };
  server.clock.advance(60_000);
  await send(server);
  assert.ok((await typesOf(server)).includes('fcpr'));
  assert.deepEqual(await server.ground.database.sql.selectFrom('mail_requests').selectAll().execute(), []);
});

test('two nodes that look at once send one mail', async () => {
  const post = await startPost();
  post.delayMs = 50;
  const server = await startSending(post.port);
  await server.askForPassword();
  await Promise.all([send(server), send(server), otherNode(server).runDue()]);
  assert.equal(post.received.length, 1);
  await server.askForPassword();
  const { mailRequests } = server.app.stores;
  const [tenantId] = await mailRequests.listTenantsDue(server.clock.now(), 1);
  assert.ok(tenantId);
  const [queued] = await mailRequests.listDue(tenantId, server.clock.now(), 1);
  assert.ok(queued);
  const claims = Array.from({ length: 8 }, () => mailRequests.claim(tenantId, queued, server.clock.now() + 1));
  assert.equal((await Promise.all(claims)).filter(Boolean).length, 1, 'of those who saw it at the same time');
});

/** A second sender over the same database, which would send by a way of its own. */
function otherNode(server: MailedServer) {
  const { database, vault, clock, logger } = server.ground;
  const transport = {
    defaultFrom: null,
    send: async () => {
      assert.fail('the other one sends it');
    },
  };
  return createMailSender({
    ...{ requests: createMailRequestStore(database.sql, vault), clock, logger, steadyTime: server.app.steadyTime },
    transportOf: async () => transport,
    compose: async () => assert.fail('the other one writes it'),
    finish: async () => {},
  });
}

test('a mail that a node began and did not end is sent by another, later', async () => {
  const post = await startPost();
  const server = await startSending(post.port);
  await server.askForPassword();
  const [tenantId] = await server.app.stores.mailRequests.listTenantsDue(server.clock.now(), 1);
  assert.ok(tenantId);
  const [queued] = await server.app.stores.mailRequests.listDue(tenantId, server.clock.now(), 1);
  assert.ok(queued && (await server.app.stores.mailRequests.claim(tenantId, queued, server.clock.now() + 120_000)));
  await send(server);
  assert.equal(post.received.length, 0);
  server.clock.advance(120_000);
  await send(server);
  assert.equal(post.received.length, 1);
});

test('a password is sent to the mail server where one is set, and a wrong one is tried again', async () => {
  const post = await startPost(0, { authOptional: false, allowInsecureAuth: true });
  const wrong = await startSending(post.port, { smtp_user: 'acme', smtp_password: 'wrong' });
  await wrong.askForPassword();
  await send(wrong);
  assert.ok(!(await typesOf(wrong)).includes('fcpr'));
  const right = await startSending(post.port, { smtp_user: 'acme', smtp_password: 'right' });
  await right.askForPassword();
  await send(right);
  assert.deepEqual(
    post.received.map(({ user }) => user),
    ['acme'],
  );
});

test('nothing is said to a mail server that offers no TLS, or shows a certificate of nobody', async () => {
  for (const options of [{ disabledCommands: ['STARTTLS'] }, { disabledCommands: [] }]) {
    const post = await startPost(0, options);
    const server = await startSending(post.port, { smtp_security: 'starttls' });
    await server.askForPassword();
    await send(server);
    assert.deepEqual([post.connections, post.received.length], [1, 0]);
    assert.ok(!(await typesOf(server)).includes('scpr'));
  }
});

test('mail goes through TLS that is checked, from the first byte or from STARTTLS on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const { authorityPath, cert, key } = await openDevCertificate(folder, Date.now());
  trustAuthority(authorityPath);
  for (const [security, secure] of [
    ['starttls', false],
    ['tls', true],
  ] as const) {
    const post = await startPost(0, { secure, cert, key, disabledCommands: [] });
    const server = await startSending(post.port, { smtp_host: 'localhost', smtp_security: security });
    await server.askForPassword();
    await send(server);
    assert.deepEqual(
      post.received.map((mail) => mail.secure),
      [true],
      security,
    );
  }
});

test('a name with line breaks and a list of addresses begins no header and adds no recipient [T-48]', async () => {
  const post = await startPost();
  const server = await startSending(post.port);
  const { sql } = server.ground.database;
  const name = 'Eve\r\nBcc: other@example.com\r\n\r\nHello';
  await sql.updateTable('users').set({ name, given_name: name }).where('user_id', '=', USER_ID).execute();
  await sql.updateTable('tenants').set({ friendly_name: name }).execute();
  server.app.forgetConfiguration();
  await server.askForPassword();
  await send(server);
  const [mail] = post.received;
  assert.deepEqual(mail?.to, [USER]);
  const [head = ''] = (mail?.text ?? '').split('\r\n\r\n');
  assert.doesNotMatch(head, /^Bcc:/m);
});

test('the queue and the log hold no ticket, and the database no address of a request in the clear [L-01] [T-45]', async () => {
  const log = createMemoryLog();
  const server = await startMailedServer({ logger: log.logger });
  closing.push(() => server.close());
  await server.askForPassword({ email: 'canary-of-nobody@example.com' });
  const { sql } = server.ground.database;
  const queued = JSON.stringify(await sql.selectFrom('mail_requests').selectAll().execute());
  assert.ok(!queued.includes('canary-of-nobody'));
  await server.askForPassword();
  const ticket = ticketIn(await server.newestLink());
  await server.get(`/u/reset-password?ticket=${ticket}`);
  await server.post('/u/reset-password', { ticket, password: 'x', confirmation: 'y' });
  const rows = await Promise.all(
    (['tickets', 'mail_requests', 'log_events'] as const).map((table) => sql.selectFrom(table).selectAll().execute()),
  );
  assert.ok(!(JSON.stringify(rows) + log.text()).includes(ticket));
});

test('a mail to several administrators reaches each of them, whatever stands in an address', async () => {
  const post = await startPost();
  const server = { host: '127.0.0.1', port: post.port, security: 'none', login: null } as const;
  const transport = createSmtpTransport({ server, defaultFrom: null, resolve: async (host) => host });
  const [from, to, alsoTo] = [{ name: 'Acme', address: 'hi@acme.test' }, 'first@acme.test', ['"a,b"@acme.test']];
  await transport.send({ from, to, alsoTo, subject: 'Hello', html: '<p>Hello</p>', text: null });
  assert.deepEqual(post.received[0]?.to, [to, ...alsoTo]);
});

// A server whose mails stay where a test can read them, and what people do with what is in them.
import assert from 'node:assert/strict';
import { createMailOutbox, type MailOutbox } from '../../src/mail/mail-outbox.ts';
import { type ManagementServer, startManagementServer } from './management-server.ts';
import { DATABASE, USER } from './sample-tenant.ts';
import { HOST } from './start-server.ts';
import { createTestClock } from './test-clock.ts';

type Injected = Awaited<ReturnType<ManagementServer['app']['server']['inject']>>;

export interface MailedServer extends ManagementServer {
  readonly outbox: MailOutbox;
  /** POST /dbconnections/change_password, for the sample user unless the body says otherwise. */
  askForPassword(body?: Record<string, unknown>, remoteAddress?: string): Promise<Injected>;
  /** Sends what waits, and resolves to the path of the link in the newest mail. */
  newestLink(): Promise<string>;
  get(path: string): Promise<Injected>;
  /** Sends a form as a browser does. */
  post(path: string, fields: Record<string, string>): Promise<Injected>;
}

/** Starts it. */
export async function startMailedServer(
  settings: Parameters<typeof startManagementServer>[0] = {},
): Promise<MailedServer> {
  const outbox = createMailOutbox(createTestClock());
  const server = await startManagementServer({ outbox, ...settings });
  return {
    ...server,
    outbox,
    askForPassword: (body = {}, remoteAddress = '192.0.2.1') =>
      server.app.server.inject({
        ...{ method: 'POST', url: '/dbconnections/change_password', remoteAddress },
        headers: { host: HOST, 'content-type': 'application/json' },
        payload: JSON.stringify({ email: USER, connection: DATABASE, ...body }),
      }),
    async newestLink() {
      await server.app.mailSender.runDue();
      const [mail] = outbox.list();
      assert.ok(mail, 'there is a mail');
      return linkIn(mail.text ?? mail.html);
    },
    get: (url) => server.app.server.inject({ method: 'GET', url, headers: { host: HOST } }),
    post: (url, fields) =>
      server.app.server.inject({
        ...{ method: 'POST', url },
        headers: { host: HOST, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

/** The path and the ticket of the first link in a text. */
export function linkIn(text: string): string {
  const [, link = ''] = new RegExp(`https://${HOST}(/u/[a-z-]+\\?ticket=[\\w-]+)`).exec(text) ?? [];
  assert.notEqual(link, '', text);
  return link;
}

/** The ticket in a link. */
export function ticketIn(link: string): string {
  return new URLSearchParams(link.split('?')[1]).get('ticket') ?? '';
}

// /outbox: the mails that `gatehouse dev` keeps in place of sending them, for whoever sits at this machine. Nothing of it exists
// under `serve`.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendNotFound } from '../http/error-reply.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { html } from '../lib/html.ts';
import { createNetworkList } from '../lib/network-address.ts';
import type { KeptMail, MailOutbox } from '../mail/mail-outbox.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { sendPage } from './page.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly outbox: MailOutbox;
}

const THIS_MACHINE = createNetworkList(['127.0.0.0/8', '::1/128']);
const PLACE = 'Outbox of gatehouse dev';
/** Security: a mail is somebody's HTML. It runs nothing, loads nothing, and stands alone. */
const MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** Adds its pages. Each answers JSON to whoever asks for it. */
export function createOutboxEndpoint({ resolveTenant, outbox }: Parts): Routes {
  /** Throws for a host that no tenant has, as a page elsewhere would use that was made to lead here. */
  async function isHere(request: FastifyRequest): Promise<boolean> {
    await getTenant(resolveTenant, request);
    return THIS_MACHINE.has(request.raw.socket.remoteAddress ?? '');
  }

  async function list(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!(await isHere(request))) return sendNotFound(reply);
    const mails = outbox.list();
    if (wantsJson(request)) return send(reply, mails.map(summaryOf));
    const rows = mails.map(
      ({ id, to, subject, sentAt }) =>
        html`<tr><td>${timeOf(sentAt)}</td><td>${to}</td><td><a href="/outbox/${id}">${subject}</a></td></tr>`,
    );
    const table = html`<table><thead><tr><th scope="col">Sent</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>${rows}</tbody></table>`;
    const body = html`<main class="wide"><h1>Outbox</h1><p class="place">Mails stay here, because no mail server is set.</p>${mails.length === 0 ? html`<p>There is none yet.</p>` : table}</main>`;
    return sendPage(reply, 200, { title: 'Outbox', place: PLACE, body });
  }

  async function show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const mail = (await isHere(request)) ? outbox.find((request.params as { id: string }).id) : null;
    if (!mail) return sendNotFound(reply);
    if (wantsJson(request)) {
      return send(reply, { ...summaryOf(mail), from: mail.from.address, html: mail.html, text: mail.text });
    }
    const body = html`<main class="wide"><h1>${mail.subject}</h1>
<p class="place">From ${mail.from.name} &lt;${mail.from.address}&gt; to ${mail.to}, ${timeOf(mail.sentAt)}</p>
<p><a href="/outbox/${mail.id}/html">Show it as a mail program does</a></p>${mail.text === null ? null : html`<pre>${mail.text}</pre>`}<p><a href="/outbox">All mails</a></p></main>`;
    return sendPage(reply, 200, { title: mail.subject, place: PLACE, body });
  }

  async function showHtml(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const mail = (await isHere(request)) ? outbox.find((request.params as { id: string }).id) : null;
    if (!mail) return sendNotFound(reply);
    return reply
      .headers({
        'content-security-policy': MAIL_POLICY,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      .type('text/html; charset=utf-8')
      .send(mail.html);
  }

  return (server) => {
    server.get('/outbox', list);
    server.get('/outbox/:id', show);
    server.get('/outbox/:id/html', showHtml);
  };
}

function wantsJson({ headers }: FastifyRequest): boolean {
  return /\bapplication\/json\b/.test(headers.accept ?? '');
}

function send(reply: FastifyReply, body: unknown): FastifyReply {
  return sendJson(reply.header('cache-control', 'no-store'), 200, body, UTF8_JSON);
}

function summaryOf({ id, to, subject, sentAt }: KeptMail): object {
  return { id, sent_at: new Date(sentAt).toISOString(), to, subject };
}

function timeOf(instant: number): string {
  return new Date(instant).toISOString().replace('T', ' ').slice(0, 19);
}

// /u/email-verification: the page that a mail to confirm an address leads to. Looking at it changes nothing, because programs
// look at the links in mails too; the button does.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { html } from '../lib/html.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { pathOfTicket } from '../ticket/ticket.ts';
import type { OpenTickets } from './open-ticket.ts';
import { placeOf, sendPage } from './page.ts';
import { sendDone, sendInvalidLink } from './result-page.ts';
import { originOf, readFields, ticketOf, ticketOfQuery } from './ticket-request.ts';
import type { VerifyEmail } from './verify-email.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly openTicket: OpenTickets;
  readonly verifyEmail: VerifyEmail;
}

const KIND = 'email-verification';
const PATH = pathOfTicket(KIND);
const TITLE = 'Confirm your e-mail address';

/** Adds the page. */
export function createEmailVerificationEndpoint(parts: Parts): Routes {
  const { resolveTenant, clientAddress, openTicket, verifyEmail } = parts;

  async function show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const secret = ticketOfQuery(request);
    const origin = originOf(request, clientAddress);
    const open = await openTicket(tenant, KIND, secret, { origin, type: 'fv' });
    if (!open || !secret) return sendInvalidLink(reply, place);
    const body = html`<main><h1>${TITLE}</h1><p class="place">${place}</p>
<p>Is <strong>${open.ticket.email}</strong> your e-mail address?</p>
<form method="post" action="${PATH}"><input type="hidden" name="ticket" value="${secret.reveal()}"><button>Yes, confirm it</button></form></main>`;
    return sendPage(reply, 200, { title: TITLE, place, body });
  }

  async function confirm(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const secret = ticketOf(readFields(request, ['ticket']).get('ticket'));
    const origin = originOf(request, clientAddress);
    const open = await openTicket(tenant, KIND, secret, { origin, type: 'fv' });
    if (!open || !secret || !(await verifyEmail(tenant, secret, open.ticket, origin)))
      return sendInvalidLink(reply, place);
    return sendDone(reply, place, open.ticket, 'Thank you', 'Your e-mail address is confirmed.');
  }

  return (server) => {
    server.get(PATH, show);
    server.post(PATH, confirm);
  };
}

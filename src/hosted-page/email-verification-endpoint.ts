// /u/email-verification: the page that a mail to confirm an address leads to. Looking at it changes nothing, because programs
// look at the links in mails too; the button does.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { html } from '../lib/html.ts';
import type { Secret } from '../lib/secret.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { pathOfTicket } from '../ticket/ticket.ts';
import type { OpenTicket, OpenTickets } from './open-ticket.ts';
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
const FAILED = 'Your address could not be confirmed at the moment. Please try again later.';

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
    return sendForm(reply, 200, place, secret, open, null);
  }

  async function confirm(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const secret = ticketOf(readFields(request, ['ticket']).get('ticket'));
    const origin = originOf(request, clientAddress);
    const open = await openTicket(tenant, KIND, secret, { origin, type: 'fv' });
    if (!open || !secret) return sendInvalidLink(reply, place);
    const outcome = await verifyEmail(tenant, secret, open, origin);
    if (outcome === 'failed') return sendForm(reply, 503, place, secret, open, FAILED);
    if (outcome === 'invalid') return sendInvalidLink(reply, place);
    return sendDone(reply, place, open.ticket, 'Thank you', 'Your e-mail address is confirmed.');
  }

  return (server) => {
    server.get(PATH, show);
    server.post(PATH, confirm);
  };
}

function sendForm(
  reply: FastifyReply,
  status: number,
  place: string,
  secret: Secret,
  { ticket }: OpenTicket,
  problem: string | null,
): FastifyReply {
  const error = problem === null ? null : html`<p class="error" role="alert">${problem}</p>`;
  const body = html`<main><h1>${TITLE}</h1><p class="place">${place}</p>${error}
<p>Is <strong>${ticket.email}</strong> your e-mail address?</p>
<form method="post" action="${PATH}"><input type="hidden" name="ticket" value="${secret.reveal()}"><button>Yes, confirm it</button></form></main>`;
  return sendPage(reply, status, { title: TITLE, place, body });
}

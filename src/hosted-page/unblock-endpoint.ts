// /u/unblock: the page that a mail about a block leads to. Looking at it lifts nothing, because programs look at the links in mails
// too; the button does.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { html } from '../lib/html.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { pathOfTicket } from '../ticket/ticket.ts';
import type { LiftBlock } from './lift-block.ts';
import type { OpenTickets } from './open-ticket.ts';
import { placeOf, sendPage } from './page.ts';
import { sendDone, sendInvalidLink } from './result-page.ts';
import { originOf, readFields, ticketOf, ticketOfQuery } from './ticket-request.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly openTicket: OpenTickets;
  readonly liftBlock: LiftBlock;
}

const KIND = 'account-unblock';
const PATH = pathOfTicket(KIND);
const TITLE = 'Lift the block of your account';

/** Adds the page. */
export function createUnblockEndpoint({ resolveTenant, clientAddress, openTicket, liftBlock }: Parts): Routes {
  async function show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const secret = ticketOfQuery(request);
    const open = await openTicket(tenant, KIND, secret, { origin: originOf(request, clientAddress), type: 'fn' });
    if (!open || !secret) return sendInvalidLink(reply, place);
    const body = html`<main><h1>${TITLE}</h1><p class="place">${place}: ${open.ticket.email}</p>
<p>Was it you who got the password wrong? Then lift the block, and log in again.</p>
<form method="post" action="${PATH}"><input type="hidden" name="ticket" value="${secret.reveal()}"><button>Yes, lift the block</button></form></main>`;
    return sendPage(reply, 200, { title: TITLE, place, body });
  }

  async function lift(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const secret = ticketOf(readFields(request, ['ticket']).get('ticket'));
    const origin = originOf(request, clientAddress);
    const open = await openTicket(tenant, KIND, secret, { origin, type: 'fn' });
    if (!open || !secret || !(await liftBlock(tenant, secret, open, origin))) return sendInvalidLink(reply, place);
    return sendDone(reply, place, open.ticket, 'The block is lifted', 'You can log in again now.');
  }

  return (server) => {
    server.get(PATH, show);
    server.post(PATH, lift);
  };
}

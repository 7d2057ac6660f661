// How the use of a ticket ends: done, with a way on where the ticket names one, or a link that does not work.
import type { FastifyReply } from 'fastify';
import { html } from '../lib/html.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { sendPage } from './page.ts';

/** Says that it is done, and goes on to where the ticket leads. */
export function sendDone(
  reply: FastifyReply,
  place: string,
  ticket: Ticket,
  title: string,
  says: string,
): FastifyReply {
  const onward = onwardOf(ticket, says);
  const way =
    onward === null ? html`<p>You can close this page.</p>` : html`<a class="button" href="${onward}">Continue</a>`;
  const body = html`<main><h1>${title}</h1><p class="place">${place}</p><p>${says}</p>${way}</main>`;
  return sendPage(reply, 200, { title, place, body, onward });
}

/** Says that the link does not work; the same for one that never was, that was used, and that has ended. */
export function sendInvalidLink(reply: FastifyReply, place: string): FastifyReply {
  const title = 'This link does not work any more';
  const body = html`<main><h1>${title}</h1><p class="place">${place}</p><p>Links work once and for a limited time, and only the newest change counts. Ask for a new one where you asked for this one.</p></main>`;
  return sendPage(reply, 400, { title, place, body });
}

/** Auth0: the place that somebody comes back to is told how it went. */
function onwardOf({ resultUrl, includesEmail, email }: Ticket, message: string): string | null {
  if (resultUrl === null) return null;
  const url = new URL(resultUrl);
  if (includesEmail && email !== null) url.searchParams.set('email', email);
  url.searchParams.set('success', 'true');
  url.searchParams.set('code', 'success');
  url.searchParams.set('message', message);
  return url.href;
}

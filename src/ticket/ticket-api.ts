// Management: tickets, which are links to a page where somebody changes a password or confirms an address. This version has no
// such pages: a link that leads nowhere would be sent to somebody who needs it, so none is made.
import { refusedEndpoint } from '../management/absent-family.ts';
import type { Endpoint } from '../management/endpoint.ts';

const SCOPES = ['create:user_tickets'];

/** The endpoints of tickets. */
export function createTicketEndpoints(): Endpoint[] {
  return ['/tickets/password-change', '/tickets/email-verification'].map((path) =>
    refusedEndpoint({ path, tag: 'tickets', method: 'POST', scopes: SCOPES, lacks: 'pages for tickets to lead to' }),
  );
}

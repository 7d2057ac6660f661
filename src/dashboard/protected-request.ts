// What the dashboard asks of a request before it looks at it: https or this machine, and a page of its own behind it.
import type { FastifyRequest } from 'fastify';
import { apiRefusals } from '../error/api-error.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import { createNetworkList } from '../lib/network-address.ts';

const THIS_MACHINE = createNetworkList(['127.0.0.0/8', '::1/128']);
/** The header that only a page of this host can add: from elsewhere a browser asks first, and is refused. */
const OWN_HEADER = 'x-gatehouse-dashboard';

/** Throws `ApiError` for a request over a network without TLS. Security: a password and a session would be read by others. */
export function requireSafeTransport(request: FastifyRequest, clientAddress: ClientAddressOf): void {
  if (request.protocol === 'https') return;
  const { ip, ipSource } = clientAddress(request.raw);
  const isSafe = ipSource === 'forwarded' ? request.headers['x-forwarded-proto'] === 'https' : THIS_MACHINE.has(ip);
  if (!isSafe) throw apiRefusals.notAllowed('The dashboard is served over https, or to this machine only');
}

/** Throws `ApiError` unless a page of this host made the request. Security: a session comes with every request of a browser. */
export function requireOwnPage({ headers }: FastifyRequest): void {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  const isOwn =
    headers[OWN_HEADER] === '1' &&
    (site === undefined || site === 'same-origin') &&
    (origin === undefined || origin === `https://${host}` || origin === `http://${host}`);
  if (!isOwn) throw apiRefusals.notAllowed('Only pages of this host may ask for this');
}

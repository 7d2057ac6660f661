// What a request to a page of tickets carries: the ticket, where the request comes from, and the fields of a form.
import type { FastifyRequest } from 'fastify';
import type { ClientAddressOf } from '../http/client-ip.ts';
import { readParameters } from '../http/request-body.ts';
import { Secret } from '../lib/secret.ts';
import type { IpSource } from '../log/log-event.ts';

/** Where a request came from, as log events tell it. */
export interface PageOrigin {
  readonly ip: string;
  readonly ipSource: IpSource;
  readonly userAgent: string | null;
  readonly hostname: string;
  readonly requestId: string;
}

const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** The ticket in the address; null for none, and for what none looks like. */
export function ticketOfQuery({ query }: FastifyRequest): Secret | null {
  return ticketOf((query as Record<string, unknown>)['ticket']);
}

/** The ticket among the fields of a form. */
export function ticketOf(text: unknown): Secret | null {
  return typeof text === 'string' && TICKET.test(text) ? new Secret(text) : null;
}

/** The fields of the form that a page sent; throws the refusal of a body that is none. */
export function readFields({ headers, body }: FastifyRequest, names: readonly string[]): ReadonlyMap<string, string> {
  return readParameters(
    {
      contentType: headers['content-type'],
      contentEncoding: headers['content-encoding'],
      bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    },
    new Set(names),
  );
}

/** Where the request came from. */
export function originOf(request: FastifyRequest, clientAddress: ClientAddressOf): PageOrigin {
  return {
    ...clientAddress(request.raw),
    userAgent: request.headers['user-agent'] ?? null,
    hostname: request.headers.host ?? '',
    requestId: request.id,
  };
}

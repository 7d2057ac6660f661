// Where a request to the endpoints of clients came from. Called by token-endpoint.ts and revocation-endpoint.ts.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Arrival } from '../grant/token-request.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { Caller } from '../lib/caller.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { readAuth0Client } from './telemetry-header.ts';

/** Builds the reader; it throws for a host that belongs to no tenant. */
export function createArrivals(resolveTenant: TenantResolver, clientAddress: ClientAddressOf) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Arrival> => {
    const { tenant, issuer } = await getTenant(resolveTenant, request);
    return {
      tenant,
      issuer,
      ...clientAddress(request.raw),
      forwardedFor: [request.headers['auth0-forwarded-for'] ?? []].flat().join(',') || null,
      hostname: request.headers.host ?? '',
      userAgent: request.headers['user-agent'] ?? null,
      requestId: request.id,
      auth0Client: readAuth0Client(request.headers['auth0-client']),
      caller: callerOf(reply.raw),
    };
  };
}

/** Has gone when the connection closes before the answer was written. */
function callerOf(response: FastifyReply['raw']): Caller {
  const caller = new Caller();
  if (response.closed) caller.leave();
  response.once('close', () => {
    if (!response.writableFinished) caller.leave();
  });
  return caller;
}

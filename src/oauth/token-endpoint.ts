// POST /oauth/token: bytes in, JSON out (RFC 6749 3.2).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OAuthError } from '../error/oauth-error.ts';
import type { LoggedExchange } from '../grant/logged-exchange.ts';
import type { PhaseRecorder } from '../grant/phase-recorder.ts';
import { type Arrival, KNOWN_PARAMETERS, readTokenRequest, type TokenRequest } from '../grant/token-request.ts';
import { createBrowserRoute } from '../http/browser-route.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Cors } from '../http/cors.ts';
import { PLAIN_JSON, sendJson } from '../http/json-reply.ts';
import { readParameters } from '../http/request-body.ts';
import type { Routes } from '../http/server.ts';
import type { Beat } from '../lib/beat.ts';
import { traced } from '../metrics/trace.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { createArrivals } from './arrival.ts';
import { refuseCredentialsInQuery } from './query-credentials.ts';
import type { Sighting, WatchTokenRequest } from './watched-token-request.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  /** While there is a crowd, a request is looked at when the beat comes. */
  readonly beat: Beat;
  readonly exchange: LoggedExchange;
  readonly cors: Cors;
  readonly clientAddress: ClientAddressOf;
  readonly watch: WatchTokenRequest;
}

/** Adds the token endpoint. */
export function createTokenEndpoint({ resolveTenant, beat, exchange, cors, clientAddress, watch }: Parts): Routes {
  const arrivalOf = createArrivals(resolveTenant, clientAddress);

  async function answer(request: FastifyRequest, reply: FastifyReply, saw: Sighting): Promise<FastifyReply> {
    await beat.next();
    const arrival = await arrivalOf(request, reply);
    const { id: tenantId } = arrival.tenant;
    saw.tenant(tenantId);
    try {
      const { reply: body, client } = await exchange(arrival, (phases) => {
        const tokenRequest = traced('read', () => read(request, arrival, phases));
        saw.grant(tokenRequest.grantType);
        return tokenRequest;
      });
      await cors.narrow(request, reply, tenantId, client.clientId);
      return await sendJson(reply, 200, body, PLAIN_JSON);
    } catch (error) {
      if (error instanceof OAuthError) await cors.narrow(request, reply, tenantId, error.detail.clientId ?? null);
      throw error;
    }
  }

  function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { traceparent } = request.headers;
    // Security: a stranger who chose the trace could have every request of his recorded, or pass for somebody else's.
    const isContinued = typeof traceparent === 'string' && clientAddress(request.raw).ipSource === 'forwarded';
    return watch(isContinued ? traceparent : null, (saw) => answer(request, reply, saw));
  }

  return createBrowserRoute({ url: '/oauth/token', methods: ['POST'], handle, resolveTenant, cors });
}

function read(request: FastifyRequest, arrival: Arrival, phases: PhaseRecorder): TokenRequest {
  refuseCredentialsInQuery(request.query);
  const parameters = readParameters(
    {
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    KNOWN_PARAMETERS,
  );
  return readTokenRequest(arrival, phases, request.headers.authorization, parameters);
}

// POST /oauth/revoke: a client that needs a refresh token no more ends it (RFC 7009).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readClientProof } from '../client/client-proof.ts';
import { OAuthError, refusals } from '../error/oauth-error.ts';
import type { RevocationRequest, Revoke } from '../grant/revocation.ts';
import { createBrowserRoute } from '../http/browser-route.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Cors } from '../http/cors.ts';
import { readParameters } from '../http/request-body.ts';
import type { Routes } from '../http/server.ts';
import { Secret } from '../lib/secret.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { createArrivals } from './arrival.ts';
import { refuseCredentialsInQuery } from './query-credentials.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly revoke: Revoke;
  readonly cors: Cors;
  readonly clientAddress: ClientAddressOf;
}

/** The parameters with the most bytes each may have. What kind of token it is shows in the token: a hint is ignored. */
const PARAMETER_LIMITS: ReadonlyMap<string, number> = new Map([
  ['token', 16 * 1024],
  ['client_id', 256],
  ['client_secret', 1024],
  ['client_assertion', 16 * 1024],
  ['client_assertion_type', 256],
]);
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(PARAMETER_LIMITS.keys());

/** Adds the revocation endpoint. */
export function createRevocationEndpoint({ resolveTenant, revoke, cors, clientAddress }: Parts): Routes {
  const arrivalOf = createArrivals(resolveTenant, clientAddress);

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const arrival = await arrivalOf(request, reply);
    const { id: tenantId } = arrival.tenant;
    try {
      const { clientId } = await revoke(arrival, () => read(request));
      await cors.narrow(request, reply, tenantId, clientId);
      return await reply.code(200).send();
    } catch (error) {
      if (error instanceof OAuthError) await cors.narrow(request, reply, tenantId, error.detail.clientId ?? null);
      throw error;
    }
  }

  return createBrowserRoute({ url: '/oauth/revoke', methods: ['POST'], handle, resolveTenant, cors });
}

function read(request: FastifyRequest): RevocationRequest {
  refuseCredentialsInQuery(request.query);
  const parameters = readParameters(
    {
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    KNOWN_PARAMETERS,
  );
  for (const [name, limit] of PARAMETER_LIMITS) {
    if (Buffer.byteLength(parameters.get(name) ?? '') > limit) throw refusals.tooLong(name);
    // PostgreSQL takes no NUL in a text.
    if (parameters.get(name)?.includes('\0') === true) throw refusals.nulInParameter(name);
  }
  const value = (name: string) => parameters.get(name) ?? null;
  const token = value('token');
  if (token === null) throw refusals.missingParameter('token');
  const clientProof = readClientProof(request.headers.authorization, {
    clientId: value('client_id'),
    clientSecret: value('client_secret'),
    assertion: value('client_assertion'),
    assertionType: value('client_assertion_type'),
  });
  if (Buffer.byteLength(clientProof.clientId ?? '') > 256) throw refusals.tooLong('client_id');
  if (clientProof.clientId?.includes('\0') === true) throw refusals.nulInParameter('client_id');
  return { clientProof, token: new Secret(token) };
}

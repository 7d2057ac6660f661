// Mounts the endpoints that the *-api modules declare under /api/v2, and takes every request through the same steps: tenant,
// token, scope, query, body, handler.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiRefusals } from '../error/api-error.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Cors } from '../http/cors.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { Actor } from '../log/administrative-event.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { checkBody, checkQuery } from './check-request.ts';
import { type Call, type Caller, type Endpoint, NO_CONTENT } from './endpoint.ts';
import { readJsonBody } from './json-body.ts';
import type { AuthenticateCaller } from './management-auth.ts';

interface Parts {
  readonly endpoints: readonly Endpoint[];
  readonly resolveTenant: TenantResolver;
  readonly authenticate: AuthenticateCaller;
  readonly clientAddress: ClientAddressOf;
  readonly cors: Cors;
}

/** Where the API lives. */
export const API_ROOT = '/api/v2';
const LARGEST_BODY = 256 * 1024;

/** Adds the endpoints. */
export function createManagementRouter(parts: Parts): Routes {
  const { endpoints, resolveTenant, authenticate, clientAddress, cors } = parts;

  async function callerOf(
    declared: Endpoint,
    request: FastifyRequest,
  ): Promise<Caller & { clientName: string | null }> {
    const anybody = { clientId: '', clientName: null, userId: null, scopes: new Set<string>() };
    if (declared.scopes.length === 0) return anybody;
    const caller = await authenticate(await getTenant(resolveTenant, request), request.headers.authorization);
    if (!declared.scopes.some((scope) => caller.scopes.has(scope)))
      throw apiRefusals.insufficientScope(declared.scopes);
    return caller;
  }

  function actorOf(
    { scopes: opening }: Endpoint,
    request: FastifyRequest,
    caller: Caller & { clientName: string | null },
  ): Actor {
    const [path = ''] = request.url.split('?');
    return {
      clientId: caller.clientId || null,
      clientName: caller.clientName,
      userId: caller.userId,
      ip: clientAddress(request.raw).ip,
      userAgent: request.headers['user-agent'] ?? null,
      hostname: request.headers.host ?? null,
      requestId: request.id,
      operation: `${request.method} ${path.slice(0, 256)}`,
      scope: opening.filter((scope) => caller.scopes.has(scope)),
    };
  }

  async function callOf(declared: Endpoint, request: FastifyRequest): Promise<Call<never, never>> {
    const { tenant, issuer } = await getTenant(resolveTenant, request);
    const caller = await callerOf(declared, request);
    const params = paramsOf(request.params as Record<string, string>);
    const query = checkQuery(declared.query, request.query as Record<string, unknown>);
    const raw = {
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      contentType: request.headers['content-type'] ?? '',
    };
    const body = bodyOf(declared, request, raw.bytes);
    const actor = actorOf(declared, request, caller);
    return { tenant, issuer, caller, actor, params, query: query as never, body: body as never, raw };
  }

  async function answer(declared: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = await declared.handle(await callOf(declared, request));
    if (body === NO_CONTENT) return reply.code(204).send();
    if (body === undefined) return reply.code(declared.status).send();
    return sendJson(reply, declared.status, body, UTF8_JSON);
  }

  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    const { tenant } = await getTenant(resolveTenant, request);
    await cors.admit(request, reply, tenant.id);
    if (request.method === 'OPTIONS' && reply.hasHeader('access-control-allow-methods')) {
      void reply.header('access-control-allow-methods', 'GET, POST, PATCH, PUT, DELETE');
    }
  }

  return (server) => {
    for (const declared of endpoints) {
      server.route({
        method: declared.method,
        url: urlOf(declared),
        bodyLimit: declared.largestBody ?? LARGEST_BODY,
        onRequest,
        handler: (request, reply) => answer(declared, request, reply),
      });
    }
    for (const url of new Set(endpoints.map(urlOf))) {
      server.options(url, { onRequest }, (_request, reply) => reply.code(204).send());
    }
  };
}

function urlOf({ path }: Endpoint): string {
  return `${API_ROOT}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

function paramsOf(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(params)) {
    if (value === '' || /\p{Cc}/u.test(value)) {
      throw apiRefusals.invalidUri(`'Object didn't pass validation for format ${name}' on property ${name}.`);
    }
  }
  return params;
}

function bodyOf(
  { body: schema, isBodyOptional, mediaType }: Endpoint,
  request: FastifyRequest,
  bytes: Buffer,
): unknown {
  if (!schema || mediaType !== undefined) return undefined;
  if (bytes.length === 0 && isBodyOptional) return undefined;
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers;
  const body = readJsonBody(contentType, contentEncoding, bytes);
  checkBody(schema, body);
  return body;
}

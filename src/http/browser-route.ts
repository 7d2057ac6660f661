// An endpoint that pages in browsers may call too: its answers are never cached, its origins are those of the tenant's
// clients, and every other method is answered 405.
import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import type { Cors } from './cors.ts';
import type { Routes } from './server.ts';
import { getTenant } from './tenant-of-request.ts';

interface BrowserRoute {
  readonly url: string;
  readonly methods: readonly HTTPMethods[];
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  readonly resolveTenant: TenantResolver;
  readonly cors: Cors;
}

const ALL_METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Adds the endpoint with its preflight. */
export function createBrowserRoute({ url, methods, handle, resolveTenant, cors }: BrowserRoute): Routes {
  return (server) => {
    async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
      const { tenant } = await getTenant(resolveTenant, request);
      await cors.admit(request, reply, tenant.id);
    }
    server.route({ method: [...methods], url, onRequest, handler: handle });
    server.options(url, { onRequest }, (_request, reply) => reply.code(204).send());
    server.route({
      // HEAD comes with GET.
      method: ALL_METHODS.filter(
        (method) => !methods.includes(method) && !(method === 'HEAD' && methods.includes('GET')),
      ),
      url,
      exposeHeadRoute: false,
      onRequest,
      handler: (_request, reply) => {
        void reply.header('allow', [...methods, 'OPTIONS'].join(', '));
        throw refusals.methodNotAllowed();
      },
    });
  };
}

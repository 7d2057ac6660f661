// Which pages in which browsers may call the token and userinfo endpoints (the Fetch standard's CORS protocol). Until the
// client is known any client's origin will do; from then on only its own.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Client, originsOf } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';

export interface Cors {
  /** Allows the page's origin when any client of the tenant lists it. */
  admit(request: FastifyRequest, reply: FastifyReply, tenantId: TenantId): Promise<void>;
  /** Takes it back when this client does not list it. */
  narrow(request: FastifyRequest, reply: FastifyReply, tenantId: TenantId, clientId: string | null): Promise<void>;
}

const PREFLIGHT_SECONDS = '600';

/** Builds the policy over the clients. */
export function createCors(clients: ClientStore, cache: ConfigurationCache): Cors {
  const origins = (tenantId: TenantId) =>
    cache.get(`origins ${tenantId}`, async () => {
      const list: Client[] = await clients.list(tenantId);
      return new Map(
        list.map((client): [string, ReadonlySet<string>] => [client.clientId, new Set(originsOf(client))]),
      );
    });

  return {
    async admit(request, reply, tenantId) {
      void reply.header('vary', 'Origin');
      const { origin } = request.headers;
      if (origin === undefined) return;
      const lists = await origins(tenantId);
      if (![...lists.values()].some((list) => list.has(origin))) return;
      void reply.header('access-control-allow-origin', origin);
      void reply.header(
        'access-control-expose-headers',
        'x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, www-authenticate',
      );
      if (request.method === 'OPTIONS') {
        void reply.header('access-control-allow-methods', 'GET, POST');
        void reply.header('access-control-allow-headers', 'authorization, auth0-client, content-type');
        void reply.header('access-control-max-age', PREFLIGHT_SECONDS);
      }
    },
    async narrow(request, reply, tenantId, clientId) {
      const { origin } = request.headers;
      if (origin === undefined || clientId === null) return;
      const lists = await origins(tenantId);
      const own = lists.get(clientId);
      // A client that nobody knows lists nothing, and its page is to see why it was refused.
      if (!own || own.has(origin)) return;
      void reply.removeHeader('access-control-allow-origin');
      void reply.removeHeader('access-control-expose-headers');
    },
  };
}

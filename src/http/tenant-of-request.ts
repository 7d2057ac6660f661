// Which tenant a request reached, by its Host header.
import type { FastifyRequest } from 'fastify';
import type { ResolvedTenant, TenantResolver } from '../tenant/tenant-resolver.ts';

/** Thrown for a host that no tenant lists; answered like an address that does not exist. */
export class UnknownHost extends Error {
  override readonly name = 'UnknownHost';
}

/** The tenant and issuer of this request; throws `UnknownHost`. */
export async function getTenant(resolve: TenantResolver, request: FastifyRequest): Promise<ResolvedTenant> {
  const resolved = await resolve(request.headers.host);
  if (!resolved) throw new UnknownHost('No tenant lists this host.');
  return resolved;
}

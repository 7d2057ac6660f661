// Which tenant a request reached, by its Host header.
import type { FastifyRequest } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import type { ResolvedTenant, TenantResolver } from '../tenant/tenant-resolver.ts';

/** Thrown for a host that no tenant lists; answered like an address that does not exist. */
export class UnknownHost extends Error {
  override readonly name = 'UnknownHost';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before it was looked for. */
    resolvedTenant: ResolvedTenant | null;
  }
}

/** The tenant and issuer of this request; throws `UnknownHost`. */
export async function getTenant(resolve: TenantResolver, request: FastifyRequest): Promise<ResolvedTenant> {
  request.resolvedTenant ??= await resolve(hostOf(request));
  if (!request.resolvedTenant) throw new UnknownHost('No tenant lists this host.');
  return request.resolvedTenant;
}

/**
 * The host that the request is for (RFC 9112 3.2): an absolute request target counts for more than the header. Security:
 * of two Host headers Node takes the first and a proxy in front perhaps the second, so they are refused.
 */
function hostOf({ headers, raw: { rawHeaders, url = '' } }: FastifyRequest): string | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) throw refusals.malformedBody('The request has more than one Host header');
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host;
}

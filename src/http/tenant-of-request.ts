// Which tenant a request reached, by its Host header.
import type { FastifyRequest } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import type { ResolvedTenant, TenantResolver } from '../tenant/tenant-resolver.ts';

/** Thrown for a host that no tenant lists; answered like an address that does not exist. */
export class UnknownHost extends Error {
  override readonly name = 'UnknownHost';
}

/** The tenant and issuer of this request; throws `UnknownHost`. */
export async function getTenant(resolve: TenantResolver, request: FastifyRequest): Promise<ResolvedTenant> {
  const resolved = await resolve(hostOf(request));
  if (!resolved) throw new UnknownHost('No tenant lists this host.');
  return resolved;
}

/**
 * The host that the request is for (RFC 9112 3.2): an absolute request target counts for more than the header. Security:
 * of two Host headers Node takes the first and a proxy in front perhaps the second, so they are refused.
 */
function hostOf({ headers, raw: { rawHeaders, url = '' } }: FastifyRequest): string | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) throw refusals.malformedBody('The request has more than one Host header');
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host;
}

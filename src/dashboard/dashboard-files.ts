// /dashboard: the pages of the dashboard, as `dashboard/` was built. Every address below it that is no file is the one page,
// which finds its way by the address. Called by app.ts.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { requireSafeTransport } from './protected-request.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
}

const ROOT = resolve(import.meta.dirname, '../../dist/dashboard');
const NONCE_BYTES = 16;
/** Stands in the built page where the nonce of an answer goes. */
const NONCE_PLACE = '__CSP_NONCE__';
const NOT_BUILT = `<!doctype html><title>Gatehouse</title>
<p>The dashboard is not built. <code>npm start</code> builds it, and so does <code>npm run build:dashboard</code>.</p>
`;

/** Adds them. */
export function createDashboardFiles({ resolveTenant, clientAddress }: Parts): Routes {
  let template: Promise<string> | null = null;

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireSafeTransport(request, clientAddress);
    await getTenant(resolveTenant, request);
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    void reply.headers(pageHeaders(nonce)).type('text/html; charset=utf-8');
    if (!existsSync(join(ROOT, 'index.html'))) return reply.code(404).send(NOT_BUILT);
    template ??= readFile(join(ROOT, 'index.html'), 'utf8');
    return reply.send((await template).replaceAll(NONCE_PLACE, nonce));
  }

  return (server) => {
    void server.register(fastifyStatic, {
      root: join(ROOT, 'assets'),
      prefix: '/dashboard/assets/',
      // The name of a file changes with what is in it.
      ...{ immutable: true, maxAge: '365d', preCompressed: true, index: false, decorateReply: false },
    });
    server.get('/dashboard', page);
    server.get('/dashboard/*', page);
  };
}

/** Security: scripts are files of this host, styles carry the nonce of this one answer, and nobody frames the page. */
function pageHeaders(nonce: string): Record<string, string> {
  const policy = [
    ...["default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "font-src 'self'"],
    ...["connect-src 'self'", "img-src 'self' data:", "base-uri 'none'", "form-action 'none'"],
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
  };
}

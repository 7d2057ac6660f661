// GET /api/v2/openapi.json, and /api/v2/docs: the document of the API, and a page to read it and to try it out. Everything that
// the page needs comes from this server. They tell nothing of a tenant, so they need no token.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyReply } from 'fastify';
import { sendJsonText, UTF8_JSON } from '../http/json-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import type { Endpoint } from './endpoint.ts';
import { API_ROOT } from './management-router.ts';
import { printOpenApi } from './openapi.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Management API</title>
<script type="module" src="${API_ROOT}/docs/rapidoc.js"></script>
</head>
<body>
<rapi-doc spec-url="${API_ROOT}/openapi.json" load-fonts="false" render-style="read" show-header="false"
  allow-server-selection="false" schema-description-expanded="true" regular-font="system-ui, sans-serif"
  mono-font="ui-monospace, monospace"></rapi-doc>
<noscript>The document itself is at <a href="${API_ROOT}/openapi.json">${API_ROOT}/openapi.json</a>.</noscript>
</body>
</html>
`;

// The library writes styles into its own elements; scripts are its one file.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Parts {
  readonly endpoints: readonly Endpoint[];
  readonly resolveTenant: TenantResolver;
  readonly version: string;
}

/** Adds them. */
export function createReferenceEndpoint({ endpoints, resolveTenant, version }: Parts): Routes {
  let script: Promise<string> | null = null;

  function send(reply: FastifyReply, mediaType: string, text: string): FastifyReply {
    return reply
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'public, max-age=300')
      .type(mediaType)
      .send(text);
  }

  return (server) => {
    server.get(`${API_ROOT}/openapi.json`, async (request, reply) => {
      const { issuer } = await getTenant(resolveTenant, request);
      return sendJsonText(reply, 200, JSON.stringify(printOpenApi(endpoints, issuer, version)), UTF8_JSON);
    });
    server.get(`${API_ROOT}/docs`, async (request, reply) => {
      await getTenant(resolveTenant, request);
      return send(reply, 'text/html; charset=utf-8', PAGE);
    });
    server.get(`${API_ROOT}/docs/rapidoc.js`, async (request, reply) => {
      await getTenant(resolveTenant, request);
      // The package in a checkout, a file of ours in a release: package.json says which.
      script ??= readFile(fileURLToPath(import.meta.resolve('#reference-page')), 'utf8');
      return send(reply, 'text/javascript; charset=utf-8', await script);
    });
  };
}

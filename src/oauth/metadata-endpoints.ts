// What clients and APIs look up: the signing keys and the two discovery documents (OpenID Connect Discovery 1.0 3-4,
// RFC 8414). Only what answers is published.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import { sendJsonText, UTF8_JSON } from '../http/json-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { KeyRing } from '../key/key-ring.ts';
import { OFFLINE_ACCESS, OIDC_SCOPES } from '../resource-server/scope-policy.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';

/** Adds `/.well-known/*` and the stub of `/authorize`. */
export function createMetadataEndpoints(resolveTenant: TenantResolver, keys: KeyRing): Routes {
  async function sendDiscovery(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { issuer } = await getTenant(resolveTenant, request);
    return sendPublic(reply, JSON.stringify(discoveryDocument(issuer)));
  }

  async function sendKeys(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await getTenant(resolveTenant, request);
    return sendPublic(reply, await keys.publish(tenant));
  }

  return (server) => {
    server.get('/.well-known/openid-configuration', sendDiscovery);
    server.get('/.well-known/oauth-authorization-server', sendDiscovery);
    server.get('/.well-known/jwks.json', sendKeys);
    server.get('/authorize', async (request) => {
      await getTenant(resolveTenant, request);
      throw refusals.noBrowserFlows();
    });
  };
}

function sendPublic(reply: FastifyReply, text: string): FastifyReply {
  void reply
    .header('cache-control', 'public, max-age=15, stale-while-revalidate=15, stale-if-error=86400')
    .header('vary', 'Accept-Encoding')
    // Public keys and addresses: any page may read them, and no credentials take part.
    .header('access-control-allow-origin', '*');
  return sendJsonText(reply, 200, text, UTF8_JSON);
}

/** Auth0's document, in its order, without what does not answer here. `grant_types_supported` is not published by Auth0. */
function discoveryDocument(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: [...OIDC_SCOPES, OFFLINE_ACCESS],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'PS256'],
    claims_supported: [
      'aud',
      'email',
      'email_verified',
      'exp',
      'family_name',
      'given_name',
      'iat',
      'iss',
      'name',
      'nickname',
      'phone_number',
      'picture',
      'sub',
    ],
    request_uri_parameter_supported: false,
    request_parameter_supported: false,
    id_token_signing_alg_values_supported: ['HS256', 'RS256'],
  };
}

// A client as Auth0's Management API prints it. Called by client-api.ts.
import { createHash } from 'node:crypto';
import type { Tenant } from '../tenant/tenant.ts';
import { type Client, FIXED_CLIENT_MEMBERS } from './client.ts';
import type { ClientCredential } from './client-credential.ts';
import { showRefreshTokenSettings } from './refresh-token-settings.ts';

const CLIENT_ID_LENGTH = 32;

/** The client; its secret only where the caller may see it. */
export function showClient(
  client: Client,
  credentials: readonly ClientCredential[],
  tenant: Pick<Tenant, 'name'>,
  withSecret: boolean,
): object {
  const method = client.tokenEndpointAuthMethod;
  const usesKeys = method === 'private_key_jwt';
  return {
    tenant: tenant.name,
    global: false,
    client_id: client.clientId,
    name: client.name,
    ...(client.description === null ? {} : { description: client.description }),
    ...(client.logoUri === null ? {} : { logo_uri: client.logoUri }),
    ...(client.appType === null ? {} : { app_type: client.appType }),
    is_first_party: client.isFirstParty,
    is_token_endpoint_ip_header_trusted: client.isTokenEndpointIpHeaderTrusted,
    ...FIXED_CLIENT_MEMBERS,
    ...(usesKeys ? {} : { token_endpoint_auth_method: method }),
    ...(usesKeys
      ? { client_authentication_methods: { private_key_jwt: { credentials: credentials.map(({ id }) => ({ id })) } } }
      : {}),
    ...(withSecret && client.clientSecret ? { client_secret: client.clientSecret.reveal() } : {}),
    grant_types: [...client.grantTypes],
    callbacks: [...client.callbacks],
    web_origins: [...client.webOrigins],
    allowed_origins: [...client.allowedOrigins],
    client_metadata: { ...client.clientMetadata },
    refresh_token: showRefreshTokenSettings(client.refreshToken),
    jwt_configuration: {
      alg: client.idTokenAlgorithm,
      lifetime_in_seconds: client.idTokenLifetime,
      secret_encoded: false,
    },
  };
}

/** Auth0: the client that stands for all of a tenant's; its tools look for it. Nobody can log in by it. */
export function globalClient(tenant: Pick<Tenant, 'id' | 'name'>) {
  const digest = createHash('sha256').update(`global client of ${tenant.id}`).digest('base64url');
  return {
    tenant: tenant.name,
    global: true,
    client_id: digest.replaceAll(/[-_]/g, 'x').slice(0, CLIENT_ID_LENGTH),
    name: 'All Applications',
    is_first_party: true,
    ...FIXED_CLIENT_MEMBERS,
    grant_types: [],
    callbacks: [],
  };
}

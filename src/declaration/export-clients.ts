// The `clients` and `clientGrants` sections of an export.
import type { Client, ClientWire } from '../client/client.ts';
import type { ClientCredential } from '../client/client-credential.ts';
import type { ClientGrant, ClientGrantWire } from '../client/client-grant.ts';
import { showRefreshTokenSettings } from '../client/refresh-token-settings.ts';
import { shownAudience } from '../resource-server/management-audience.ts';
import { type ExportWork, issuerOfExport, withoutEmpty } from './export-workspace.ts';

/** The clients as `apply` reads them. */
export async function exportClients(work: ExportWork): Promise<ClientWire[]> {
  const entries: ClientWire[] = [];
  for (const [index, client] of (await work.stores.clients.list(work.tenant.id)).entries()) {
    if (client.clientSecret && !work.withSecrets) {
      work.notes.push({ path: ['clients', index], words: 'client_secret is left out' });
    } else if (client.previousSecret) {
      work.notes.push({ path: ['clients', index], words: 'the secret before the last rotation is left out' });
    }
    entries.push(await exportClient(work, client));
  }
  return entries;
}

/** One client. */
export async function exportClient({ stores, tenant, withSecrets }: ExportWork, client: Client): Promise<ClientWire> {
  const credentials = await stores.clientCredentials.list(tenant.id, client.clientId);
  return {
    name: client.name,
    client_id: client.clientId,
    ...withoutEmpty({
      client_secret: withSecrets ? (client.clientSecret?.reveal() ?? null) : null,
      description: client.description,
      app_type: client.appType as ClientWire['app_type'],
    }),
    is_first_party: client.isFirstParty,
    ...authenticationOf(client, credentials),
    ...(client.isTokenEndpointIpHeaderTrusted ? { is_token_endpoint_ip_header_trusted: true } : {}),
    ...withoutEmpty({
      grant_types: [...client.grantTypes] as ClientWire['grant_types'],
      callbacks: [...client.callbacks],
      web_origins: [...client.webOrigins],
      allowed_origins: [...client.allowedOrigins],
      client_metadata: { ...client.clientMetadata },
      logo_uri: client.logoUri,
    }),
    jwt_configuration: { alg: client.idTokenAlgorithm, lifetime_in_seconds: client.idTokenLifetime },
    refresh_token: showRefreshTokenSettings(client.refreshToken),
  };
}

/** Auth0: with `client_authentication_methods` there is no `token_endpoint_auth_method`. */
function authenticationOf(client: Client, credentials: readonly ClientCredential[]): Partial<ClientWire> {
  const method = client.tokenEndpointAuthMethod;
  if (method !== 'private_key_jwt') return { token_endpoint_auth_method: method };
  return {
    client_authentication_methods: {
      private_key_jwt: {
        credentials: credentials.map((credential) => ({
          ...(credential.name === null ? {} : { name: credential.name }),
          credential_type: 'public_key',
          pem: credential.publicKey,
          alg: credential.algorithm,
          ...(credential.expiresAt === null ? {} : { expires_at: new Date(credential.expiresAt).toISOString() }),
        })),
      },
    },
  };
}

/** The client grants as `apply` reads them. */
export async function exportClientGrants(work: ExportWork): Promise<ClientGrantWire[]> {
  const grants = await work.stores.clientGrants.list(work.tenant.id);
  const called = await clientNames(work);
  return grants.map((grant) => exportClientGrant(grant, called, issuerOfExport(work)));
}

function exportClientGrant(
  { clientId, audience, subjectType, scope }: ClientGrant,
  called: (clientId: string) => string,
  issuer: string,
): ClientGrantWire {
  return {
    client_id: called(clientId),
    audience: shownAudience(issuer, audience),
    subject_type: subjectType,
    scope: [...scope],
  };
}

/** How other entries call a client: by its name where that is nobody else's name or id, by its id otherwise. */
export async function clientNames(work: ExportWork): Promise<(clientId: string) => string> {
  const clients = await work.stores.clients.list(work.tenant.id);
  const isUnique = ({ name, clientId }: Client) =>
    clients.every((other) => other.clientId === clientId || (other.name !== name && other.clientId !== name));
  const names = new Map(clients.filter(isUnique).map((client): [string, string] => [client.clientId, client.name]));
  return (clientId) => names.get(clientId) ?? clientId;
}

// The `clients` and `clientGrants` sections.
import {
  CLIENT_CREDENTIALS_GRANT,
  type Client,
  type ClientId,
  type ClientWire,
  DEFAULT_ID_TOKEN_LIFETIME,
  GRANTS_NOT_OFFERED,
  type IdTokenAlgorithm,
  type RefreshTokenSettings,
  type TokenEndpointAuthMethod,
} from '../client/client.ts';
import type { ClientGrant } from '../client/client-grant.ts';
import { readRefreshTokenSettings } from '../client/refresh-token-settings.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { randomAlphanumeric, randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import { MANAGEMENT_API, storedAudience } from '../resource-server/management-audience.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { clientCredentialsOf } from './apply-client-credentials.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

const CLIENT_ID_LENGTH = 32;
const SECRET_BYTES = 48;
const STRONG_SECRET_BYTES = 32;

/** Writes the clients of the file. */
export async function applyClients(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.clients ?? []).entries()) {
    const stored = await storedClient(work, tenant, index, wire);
    const method = methodOf(work, index, wire);
    if (method === 'none' && wire.grant_types?.includes(CLIENT_CREDENTIALS_GRANT)) {
      const place = work.file.locate(['clients', index, 'grant_types']);
      work.warnings.push(`${place}: client_credentials is refused to a client whose method is \`none\`.`);
    }
    warnOfGrantsNotOffered(work, index, wire);
    const clientSecret = clientSecretOf(work, index, wire, method, stored);
    const client: Client = {
      clientId: (wire.client_id ?? stored?.clientId ?? randomAlphanumeric(CLIENT_ID_LENGTH)) as ClientId,
      name: wire.name,
      description: wire.description ?? null,
      appType: wire.app_type ?? null,
      isFirstParty: wire.is_first_party ?? true,
      tokenEndpointAuthMethod: method,
      clientSecret,
      ...previousSecretOf(clientSecret, stored),
      grantTypes: wire.grant_types ?? [],
      callbacks: wire.callbacks ?? [],
      webOrigins: wire.web_origins ?? [],
      allowedOrigins: wire.allowed_origins ?? [],
      idTokenLifetime: wire.jwt_configuration?.lifetime_in_seconds ?? DEFAULT_ID_TOKEN_LIFETIME,
      idTokenAlgorithm: idTokenAlgorithmOf(work, index, wire, clientSecret),
      isTokenEndpointIpHeaderTrusted: ipHeaderTrustOf(work, index, wire, method),
      clientMetadata: wire.client_metadata ?? {},
      logoUri: wire.logo_uri || null,
      refreshToken: refreshTokenOf(work, index, wire),
    };
    const known = stored ? await stores.clientCredentials.list(tenant.id, stored.clientId, sql) : [];
    // Over the network keys are added and switched on one after the other; a file says everything at once.
    const isApart = work.origin === 'api' && method !== 'private_key_jwt';
    const credentials = isApart ? known : clientCredentialsOf(work, ['clients', index], wire, known);
    const [before, after] = [stored && { ...stored, credentials: known }, { ...client, credentials }];
    await saveWhenChanged(work, 'client', `${client.name} (${client.clientId})`, before, after, async () => {
      await stores.clients.save(tenant.id, client, now, sql);
      await stores.clientCredentials.replace(tenant.id, client.clientId, credentials, now, sql);
    });
  }
}

/** A permission for a grant that is not here permits nothing, which is no reason to refuse a client that has it elsewhere. */
function warnOfGrantsNotOffered(work: Workspace, index: number, { grant_types: grants = [] }: ClientWire): void {
  const none = grants.filter((grant) => GRANTS_NOT_OFFERED.includes(grant));
  if (none.length === 0) return;
  const place = work.file.locate(['clients', index, 'grant_types']);
  work.warnings.push(`${place}: this version has no ${none.join(', ')}: allowing it does nothing.`);
}

/** A client without an id is the one of its name; two of one name cannot be told apart. */
async function storedClient(work: Workspace, tenant: Tenant, index: number, wire: ClientWire): Promise<Client | null> {
  if (wire.client_id !== undefined) return work.stores.clients.findById(tenant.id, wire.client_id, work.sql);
  const [first = null, second] = await work.stores.clients.listByName(tenant.id, wire.name, work.sql);
  if (second)
    throw problemAt(work, ['clients', index, 'name'], `Several clients are named ${wire.name}: give the client_id.`);
  return first;
}

/** Security: whoever has an ID token can try secrets against it at leisure, so a short one must not sign. */
function idTokenAlgorithmOf(work: Workspace, index: number, wire: ClientWire, secret: Secret | null): IdTokenAlgorithm {
  const algorithm = wire.jwt_configuration?.alg ?? 'RS256';
  if (algorithm === 'RS256') return algorithm;
  const path = ['clients', index, 'jwt_configuration', 'alg'];
  if (secret === null) {
    work.warnings.push(`${work.file.locate(path)}: ${wire.name} has no secret, so its ID tokens are RS256.`);
  } else if (Buffer.byteLength(secret.reveal()) < STRONG_SECRET_BYTES) {
    throw problemAt(work, path, 'The client secret is under 32 bytes: make it longer, or use `alg: RS256`.');
  }
  return algorithm;
}

/** Security: anybody can say to be a client that proves nothing, and would choose the address that attempts are counted under. */
function ipHeaderTrustOf(work: Workspace, index: number, wire: ClientWire, method: TokenEndpointAuthMethod): boolean {
  const isTrusted = wire.is_token_endpoint_ip_header_trusted ?? false;
  if (!isTrusted || method !== 'none') return isTrusted;
  const words = 'is_token_endpoint_ip_header_trusted needs a client with a secret or key: this one’s method is `none`.';
  throw problemAt(work, ['clients', index, 'is_token_endpoint_ip_header_trusted'], words);
}

function refreshTokenOf(work: Workspace, index: number, wire: ClientWire): RefreshTokenSettings {
  const settings = readRefreshTokenSettings(wire.refresh_token);
  if ('words' in settings) {
    throw problemAt(
      work,
      ['clients', index, 'refresh_token', settings.member],
      `${settings.member}: ${settings.words}`,
    );
  }
  return settings;
}

/** Auth0: with `client_authentication_methods` there is no `token_endpoint_auth_method`. */
function methodOf(work: Workspace, index: number, wire: ClientWire): TokenEndpointAuthMethod {
  const named = wire.token_endpoint_auth_method;
  if (wire.client_authentication_methods === undefined) return named ?? defaultMethod(wire);
  if (named === undefined) return 'private_key_jwt';
  const words = 'token_endpoint_auth_method has no effect with client_authentication_methods; leave it out.';
  throw problemAt(work, ['clients', index, 'token_endpoint_auth_method'], words);
}

function defaultMethod(wire: ClientWire): TokenEndpointAuthMethod {
  return wire.app_type === 'native' || wire.app_type === 'spa' ? 'none' : 'client_secret_post';
}

function clientSecretOf(
  work: Workspace,
  index: number,
  wire: ClientWire,
  method: TokenEndpointAuthMethod,
  stored: Client | null,
): Secret | null {
  if (method === 'none' || method === 'private_key_jwt') {
    if (wire.client_secret === undefined) return null;
    const other = method === 'none' ? '`token_endpoint_auth_method: none`' : 'client_authentication_methods';
    const words = `client_secret has no effect with ${other}.`;
    throw problemAt(work, ['clients', index, 'client_secret'], words);
  }
  if (wire.client_secret !== undefined) return new Secret(wire.client_secret);
  if (stored?.clientSecret) return stored.clientSecret;
  const secret = new Secret(randomBase64Url(SECRET_BYTES));
  work.madeSecrets.push({ owner: `client ${wire.name}`, secret });
  return secret;
}

/** A rotation goes on, unless the file says another secret than the one it made. */
function previousSecretOf(
  secret: Secret | null,
  stored: Client | null,
): Pick<Client, 'previousSecret' | 'previousSecretExpiresAt'> {
  const isStored =
    secret !== null && stored?.clientSecret
      ? equalInConstantTime(secret.reveal(), stored.clientSecret.reveal())
      : false;
  return isStored && stored
    ? { previousSecret: stored.previousSecret, previousSecretExpiresAt: stored.previousSecretExpiresAt }
    : { previousSecret: null, previousSecretExpiresAt: null };
}

/** Writes the client grants of the file. */
export async function applyClientGrants(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.clientGrants ?? []).entries()) {
    const path = ['clientGrants', index];
    const clientId = await clientIdOf(work, tenant, [...path, 'client_id'], wire.client_id);
    const audience = storedAudience(tenant, wire.audience);
    const api = await stores.resourceServers.findByIdentifier(tenant.id, audience, sql);
    if (!api || wire.audience === MANAGEMENT_API)
      throw problemAt(work, [...path, 'audience'], `There is no resource server ${wire.audience}.`);
    const unknown = wire.scope.find((value) => !api.scopes.some((scope) => scope.value === value));
    if (unknown !== undefined) {
      throw problemAt(work, [...path, 'scope'], `${wire.audience} has no scope ${unknown}.`);
    }
    const subjectType = wire.subject_type ?? 'client';
    const stored = await stores.clientGrants.find(tenant.id, clientId, audience, subjectType, sql);
    const grant: ClientGrant = {
      id: stored?.id ?? `cgr_${randomAlphanumeric(16)}`,
      clientId,
      audience,
      subjectType,
      scope: wire.scope,
    };
    await saveWhenChanged(work, 'client grant', `${wire.client_id} on ${wire.audience}`, stored, grant, () =>
      stores.clientGrants.save(tenant.id, grant, now, sql),
    );
  }
}

/** The id of the client that a file calls by id or by name. */
export async function clientIdOf(work: Workspace, tenant: Tenant, path: FilePath, called: string): Promise<string> {
  const byId = await work.stores.clients.findById(tenant.id, called, work.sql);
  if (byId) return byId.clientId;
  const [byName, second] = await work.stores.clients.listByName(tenant.id, called, work.sql);
  if (!byName) throw problemAt(work, path, `There is no client ${called}.`);
  if (second) throw problemAt(work, path, `Several clients are named ${called}: give the client_id.`);
  return byName.clientId;
}

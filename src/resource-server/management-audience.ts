// The Management API as a resource server of every tenant: what its tokens are for, and which scopes there are. Its row is
// there so that client grants and roles can point to it; what it offers is this version's, not the row's.
import type { Tenant } from '../tenant/tenant.ts';
import { issuerOf } from '../tenant/tenant.ts';
import type { ResourceServer } from './resource-server.ts';

/** The identifier under which the Management API is stored: its audience is another one at every host of the tenant. */
export const MANAGEMENT_API = 'urn:gatehouse:management-api';

/** Auth0: the name by which its tools know this API from a tenant's own ones. */
const MANAGEMENT_API_NAME = 'Auth0 Management API';

/** The audience of the Management API at this issuer. */
export function managementAudience(issuer: string): string {
  return `${issuer}api/v2/`;
}

/** What users may do to themselves with a token of their own. */
export const CURRENT_USER_SCOPES: readonly string[] = [
  'read:current_user',
  'update:current_user_identities',
  'update:current_user_metadata',
];

const CRUD = ['create', 'read', 'update', 'delete'] as const;

/** Every other scope. */
const ADMINISTRATIVE_SCOPES: readonly string[] = [
  ...[
    ...['clients', 'client_grants', 'client_credentials', 'connections', 'resource_servers', 'roles', 'users'],
    ...['rules', 'rules_configs', 'actions', 'log_streams', 'organizations', 'email_provider', 'email_templates'],
    ...['custom_domains', 'branding', 'prompts', 'guardian_factors', 'device_credentials', 'authentication_methods'],
    ...['forms', 'flows', 'flows_vault_connections', 'event_streams', 'self_service_profiles', 'network_acls'],
    ...['token_exchange_profiles', 'hooks', 'phone_providers', 'phone_templates', 'connection_profiles'],
    ...['user_attribute_profiles', 'rate_limit_policies', 'directory_provisionings'],
  ].flatMap((noun) => CRUD.map((verb) => `${verb}:${noun}`)),
  ...['read:client_keys', 'update:client_keys', 'read:tenant_settings', 'update:tenant_settings'],
  ...['read:users_app_metadata', 'update:users_app_metadata', 'create:users_app_metadata', 'delete:users_app_metadata'],
  ...['read:user_idp_tokens', 'create:user_tickets', 'read:logs', 'read:logs_users', 'read:stats'],
  ...['create:role_members', 'read:role_members', 'delete:role_members'],
  ...['read:attack_protection', 'update:attack_protection', 'read:anomaly_blocks', 'delete:anomaly_blocks'],
  ...['read:signing_keys', 'create:signing_keys', 'update:signing_keys', 'read:grants', 'delete:grants'],
  ...['read:mfa_policies', 'update:mfa_policies', 'read:triggers', 'update:triggers', 'read:refresh_tokens'],
  ...['delete:refresh_tokens', 'read:sessions', 'delete:sessions', 'read:insights', 'read:entitlements'],
].toSorted();

/** Every scope of the Management API. */
export const MANAGEMENT_SCOPES: readonly string[] = [...ADMINISTRATIVE_SCOPES, ...CURRENT_USER_SCOPES];

/** True for the API that this server has by itself. */
export function isManagementApi({ identifier }: Pick<ResourceServer, 'identifier'>): boolean {
  return identifier === MANAGEMENT_API;
}

/** What this version says of the Management API, whatever its row says. */
export function withManagementMembers(stored: ResourceServer): ResourceServer {
  if (!isManagementApi(stored)) return stored;
  const scopes = MANAGEMENT_SCOPES.map((value) => ({ value, description: '' }));
  return { ...stored, name: MANAGEMENT_API_NAME, scopes, enforcePolicies: true };
}

/** How an audience is stored: that of the Management API at any host of the tenant is one and the same API. */
export function storedAudience({ domains }: Pick<Tenant, 'domains'>, audience: string): string {
  return domains.some((domain) => managementAudience(issuerOf(domain)) === audience) ? MANAGEMENT_API : audience;
}

/** The opposite: how a stored audience is called at this issuer. */
export function shownAudience(issuer: string, audience: string): string {
  return audience === MANAGEMENT_API ? managementAudience(issuer) : audience;
}

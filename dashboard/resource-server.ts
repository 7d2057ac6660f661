// What the pages know of APIs: the API's resource server object, and what people call its values.
import type { UseQueryResult } from '@tanstack/react-query';
import { callApi, readAgain } from './api-client.ts';
import type { Choice } from './client.ts';
import { useEveryEntry } from './every-entry.ts';

/** One permission that an API offers. */
export interface Scope {
  readonly value: string;
  readonly description?: string;
}

/** As the API shows it. */
export interface ResourceServer {
  readonly id: string;
  readonly identifier: string;
  readonly name?: string;
  /** True for the Management API itself, which cannot be changed. */
  readonly is_system?: boolean;
  readonly signing_alg: string;
  readonly token_lifetime: number;
  readonly token_dialect: string;
  readonly enforce_policies: boolean;
  readonly allow_offline_access: boolean;
  readonly scopes: readonly Scope[];
  readonly subject_type_authorization: { readonly user: { readonly policy: string } };
}

/** How an API's tokens can be signed. */
export const SIGNING_ALGORITHMS: readonly Choice[] = [
  {
    value: 'RS256',
    label: 'RS256',
    about: 'A key pair of the tenant: the API checks tokens with the published key. Understood everywhere.',
  },
  {
    value: 'HS256',
    label: 'HS256',
    about: 'A secret that the API and this server share. Whoever has it can make tokens for this API.',
  },
  { value: 'PS256', label: 'PS256', about: 'An RSA key pair with the newer padding, where a rule book asks for it.' },
  { value: 'ES256', label: 'ES256', about: 'A P-256 key pair: short tokens, known to most libraries.' },
  { value: 'EdDSA', label: 'EdDSA', about: 'An Ed25519 key pair: short and fast, where the API’s library knows it.' },
];

/** How an API's tokens can be written. */
export const TOKEN_DIALECTS: readonly Choice[] = [
  { value: 'access_token', label: 'Auth0', about: 'Auth0’s own form' },
  {
    value: 'access_token_authz',
    label: 'Auth0, with permissions',
    about: 'Auth0’s own form, with the claim “permissions”',
  },
  { value: 'rfc9068_profile', label: 'RFC 9068', about: 'The standard’s form' },
  {
    value: 'rfc9068_profile_authz',
    label: 'RFC 9068, with permissions',
    about: 'The standard’s form, with the claim “permissions”',
  },
];

/** Which applications may get tokens for users. */
export const USER_POLICIES: readonly Choice[] = [
  { value: 'allow_all', label: 'Any application', about: 'Every application of the tenant, as in Auth0' },
  {
    value: 'require_client_grant',
    label: 'Applications with a grant',
    about: 'Only those that are given it under Applications, for their users',
  },
  { value: 'deny_all', label: 'No application', about: 'No tokens for users at all' },
];

/** What people call an API. */
export function nameOfApi({ name, identifier }: Pick<ResourceServer, 'name' | 'identifier'>): string {
  return name ?? identifier;
}

/** Where the page of an API is; `called` is its id or its identifier. */
export function pathOfApi(called: string): string {
  return `/apis/${encodeURIComponent(called)}`;
}

/** All APIs, for pickers. */
export function useEveryApi(): UseQueryResult<readonly ResourceServer[]> {
  return useEveryEntry<ResourceServer>('/resource-servers', 'resource_servers');
}

/** Changes an API. What is sent may hold a secret, so it is kept nowhere. */
export async function changeApi(id: string, body: object): Promise<void> {
  await callApi('PATCH', `/resource-servers/${encodeURIComponent(id)}`, body);
  await readAgain('resource-servers', 'keys');
}

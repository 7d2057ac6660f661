// The tenant that goes out by `export` and comes in again by `apply`, as a tenant file.
import { generateKeyPairSync } from 'node:crypto';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

function publicPem(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey;
}

const RULE = 'function (user, context, callback) { callback(null, user, context); }';
const ACTION = 'exports.onExecutePostLogin = async (event, api) => {};';

/** Every noun, with every member away from its default in some entry. */
export const EVERY_NOUN = {
  ...SAMPLE_TENANT,
  tenant: {
    ...SAMPLE_TENANT.tenant,
    domains: ['tenant.example.test', { host: 'alias.example.test', alias_of: 'tenant.example.test' }],
    friendly_name: 'Acme: "the" tenant',
    default_audience: 'https://someapi.com/api',
    flags: { remove_alg_from_jwks: true },
  },
  resourceServers: [
    ...SAMPLE_TENANT.resourceServers,
    {
      identifier: 'https://weak.example.com',
      signing_alg: 'HS256',
      signing_secret: 'weak secret 0123',
      allow_weak_secret: true,
      scopes: [{ value: 'read:weak', description: 'Read # weak: things' }],
      token_dialect: 'rfc9068_profile_authz',
      enforce_policies: true,
      allow_offline_access: true,
      subject_type_authorization: { user: { policy: 'require_client_grant' } },
    },
  ],
  clients: [
    ...SAMPLE_TENANT.clients,
    {
      name: 'By key',
      client_id: 'ByKey',
      refresh_token: {
        rotation_type: 'rotating',
        expiration_type: 'expiring',
        leeway: 5,
        token_lifetime: 7200,
        infinite_idle_token_lifetime: true,
      },
      grant_types: ['client_credentials'],
      client_authentication_methods: {
        private_key_jwt: {
          credentials: [
            { name: 'first', credential_type: 'public_key', pem: publicPem(), alg: 'PS256' },
            { credential_type: 'public_key', pem: publicPem(), expires_at: '2030-01-31T00:00:00.000Z' },
          ],
        },
      },
    },
    {
      name: 'HS256',
      client_id: 'Hs256',
      client_secret: 'a client secret of more than 32 bytes',
      jwt_configuration: { alg: 'HS256' },
      is_token_endpoint_ip_header_trusted: true,
      client_metadata: { team: 'finance' },
      logo_uri: 'https://backend.example.test/logo.png',
    },
    {
      name: 'CLI two',
      client_id: 'CLI',
      description: 'Named like the id of nobody, with an id like the name of another',
      app_type: 'spa',
      callbacks: ['https://spa.example.test/callback'],
      allowed_origins: ['https://spa.example.test'],
      jwt_configuration: { lifetime_in_seconds: 120 },
    },
  ],
  clientGrants: [
    { client_id: 'Backend', audience: 'https://weak.example.com', subject_type: 'user', scope: ['read:weak'] },
    { client_id: 'Backend', audience: 'https://weak.example.com', scope: [] },
    {
      client_id: 'PublicClient00000000000000000000',
      audience: 'https://weak.example.com',
      subject_type: 'user',
      scope: [],
    },
  ],
  databases: [
    { ...SAMPLE_TENANT.databases[0], enabled_clients: ['PublicClient00000000000000000000', 'Backend', 'Basic'] },
    {
      ...SAMPLE_TENANT.databases[1],
      options: { passwordPolicy: 'none', requires_username: false, brute_force_protection: false },
      realms: ['second', 'two'],
      is_domain_connection: true,
    },
  ],
  connections: [
    {
      name: 'corp',
      strategy: 'ldap',
      enabled_clients: ['PublicClient00000000000000000000'],
      realms: ['corp', 'staff'],
      is_domain_connection: true,
      options: {
        urls: ['ldaps://ldap.example.com'],
        base: 'dc=example,dc=com',
        bind_dn: 'cn=gatehouse',
        bind_password: 'a bind password 0123',
        groups_claim: 'https://example.com/groups',
      },
    },
  ],
  rules: [{ name: 'Plan', script: RULE, order: 1, enabled: false }],
  rulesConfigs: [{ key: 'PLAN', value: 'gold of the rules' }],
  actions: [
    { name: 'Bound', code: ACTION, secrets: [{ name: 'KEY', value: 'a secret of actions' }] },
    { name: 'Draft', code: ACTION, deployed: false },
  ],
  triggers: { 'post-login': [{ action_name: 'Bound', display_name: 'First' }] },
  roles: [
    { name: 'empty' },
    {
      name: 'reader',
      description: 'Reads',
      permissions: [{ resource_server_identifier: 'https://weak.example.com', permission_name: 'read:weak' }],
    },
  ],
  attackProtection: {
    bruteForceProtection: { max_attempts: 5, allowlist: ['203.0.113.9', '10.0.0.0/8'] },
    suspiciousIpThrottling: { enabled: false, stage: { 'pre-login': { rate: 60_000 } } },
    breachedPasswordDetection: { shields: ['block'], stage: { 'pre-change-password': { shields: ['block'] } } },
    sameUserRateLimit: { enabled: false },
  },
  users: [
    ...SAMPLE_TENANT.users,
    {
      roles: ['empty', 'reader'],
      permissions: [{ resource_server_identifier: 'https://someapi.com/api', permission_name: 'read:sample' }],
      connection: 'Second',
      email: 'imported@example.com',
      user_id: 'imported',
      password_hash: '$2b$10$abcdefghijklmnopqrstuuFBGjMkDDWeVLlwMx8tTZ3h6J6XJbZGa',
      user_metadata: { colour: 'blue', 'odd key': [1, { deep: null }] },
      app_metadata: { plan: 'gold' },
      phone_number: '+15550111',
      phone_verified: true,
      middle_name: 'M.',
      nickname: 'imp',
      picture: 'https://example.com/p.png',
    },
    {
      connection: 'Second',
      email: 'from-elsewhere@example.com',
      custom_password_hash: {
        algorithm: 'md5',
        hash: { value: '67A1E09BB1F83F5007DC119C14D663AA', encoding: 'hex' },
        salt: { value: 'salt', position: 'prefix' },
      },
    },
  ],
};

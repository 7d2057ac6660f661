// The tenant that most tests speak to: two APIs, clients of every kind, one database, a few users.

export const DATABASE = 'Username-Password-Authentication';
export const API = 'https://someapi.com/api';
export const HS256_API = 'https://legacy.example.com/api';
export const HS256_SECRET = 'legacy-api-secret-of-more-than-32-bytes';
export const PUBLIC_CLIENT = 'PublicClient00000000000000000000';
export const BACKEND_CLIENT = 'BackendClient0000000000000000000';
export const BACKEND_SECRET = 'backend-client-secret-0123456789';
export const BASIC_CLIENT = 'BasicClient000000000000000000000';
export const BASIC_SECRET = 'basic:client+secret %20 with/odd=characters';
export const REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';

export const USER = 'user@example.com';
export const PASSWORD = 'correct horse battery staple';
export const USER_ID = 'auth0|67e9930075b689b7db2688df';

/** The request of the article. */
export const SEED_REQUEST = {
  grant_type: 'password',
  username: USER,
  password: PASSWORD,
  audience: API,
  scope: 'read:sample',
  client_id: PUBLIC_CLIENT,
} as const;

/** The guard stands in the way of no test that is not about it. */
export const PATIENT_PROTECTION = {
  bruteForceProtection: { max_attempts: 100, account_ceiling: 10_000 },
  suspiciousIpThrottling: { stage: { 'pre-login': { max_attempts: 10_000 } } },
  sameUserRateLimit: { enabled: false },
};

export const SAMPLE_TENANT = {
  tenant: { name: 'acme', region: 'us', domains: ['tenant.example.test'], default_directory: DATABASE },
  resourceServers: [
    {
      identifier: API,
      name: 'Sample API',
      scopes: [{ value: 'read:sample' }, { value: 'write:sample' }, { value: 'delete:sample' }],
    },
    {
      identifier: HS256_API,
      name: 'Legacy API',
      signing_alg: 'HS256',
      signing_secret: HS256_SECRET,
      token_lifetime: 3600,
      scopes: [{ value: 'read:legacy' }],
    },
  ],
  clients: [
    {
      name: 'CLI',
      client_id: PUBLIC_CLIENT,
      app_type: 'native',
      grant_types: ['password', REALM_GRANT],
      web_origins: ['https://app.example.test'],
    },
    {
      name: 'Backend',
      client_id: BACKEND_CLIENT,
      client_secret: BACKEND_SECRET,
      app_type: 'regular_web',
      grant_types: ['password', REALM_GRANT],
      callbacks: ['https://backend.example.test/callback'],
    },
    {
      name: 'Basic',
      client_id: BASIC_CLIENT,
      client_secret: BASIC_SECRET,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['password'],
    },
    { name: 'Without grant', client_id: 'WithoutGrant', app_type: 'native' },
    {
      name: 'Somebody else',
      client_id: 'ThirdParty',
      app_type: 'native',
      is_first_party: false,
      grant_types: ['password'],
    },
    { name: 'Not enabled', client_id: 'NotEnabled', app_type: 'native', grant_types: ['password', REALM_GRANT] },
  ],
  databases: [
    {
      name: DATABASE,
      enabled_clients: ['CLI', 'Backend', 'Basic', 'Somebody else'],
      options: { passwordPolicy: 'none', requires_username: true },
    },
    { name: 'Second', enabled_clients: ['Backend'], options: { passwordPolicy: 'none' } },
  ],
  attackProtection: PATIENT_PROTECTION,
  users: [
    {
      connection: DATABASE,
      user_id: '67e9930075b689b7db2688df',
      email: USER,
      username: 'sam',
      password: PASSWORD,
      email_verified: true,
      name: 'Sam User',
      given_name: 'Sam',
      family_name: 'User',
      phone_number: '+15550100',
    },
    { connection: DATABASE, email: 'blocked@example.com', password: PASSWORD, blocked: true },
    { connection: 'Second', email: 'second@example.com', password: PASSWORD },
  ],
};

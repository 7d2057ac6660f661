// The sample tenant with directories of every kind beside its database. Nothing answers at their addresses: tests put a
// directory of their own in the place of each driver.
import { SAMPLE_TENANT } from './sample-tenant.ts';

export const BIND_PASSWORD = 'bind password of the directory';
export const CLIENT_SECRET_OF_AZURE = 'client secret at Azure AD';
export const GROUPS_CLAIM = 'https://example.com/groups';

const CLIENTS = { enabled_clients: ['CLI', 'Backend'] };

/** The connections by name. */
export const CONNECTIONS = {
  corp: {
    name: 'corp',
    strategy: 'ldap',
    ...CLIENTS,
    options: {
      urls: ['ldaps://ldap.corp.example.test'],
      base: 'dc=corp,dc=example,dc=test',
      bind_dn: 'cn=gatehouse,dc=corp,dc=example,dc=test',
      bind_password: BIND_PASSWORD,
      groups_claim: GROUPS_CLAIM,
    },
  },
  domain: {
    name: 'domain',
    strategy: 'ad',
    ...CLIENTS,
    options: {
      urls: ['ldaps://dc1.domain.example.test'],
      base: 'dc=domain,dc=example,dc=test',
      bind_dn: 'svc@domain.example.test',
      bind_password: BIND_PASSWORD,
    },
  },
  azure: {
    name: 'azure',
    strategy: 'waad',
    ...CLIENTS,
    options: {
      client_id: '8d3a9c1e-0000-4000-8000-000000000001',
      client_secret: CLIENT_SECRET_OF_AZURE,
      tenant_domain: 'example.onmicrosoft.test',
    },
  },
  federation: {
    name: 'federation',
    strategy: 'adfs',
    ...CLIENTS,
    options: { adfs_server: 'https://adfs.example.test', client_id: 'gatehouse' },
  },
} as const;

/** The sample tenant with all of them. */
export const CORPORATE_TENANT = { ...SAMPLE_TENANT, connections: Object.values(CONNECTIONS) };

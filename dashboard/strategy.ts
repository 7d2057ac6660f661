// The kinds of connections, as people call them.

const LABELS: Readonly<Record<string, string>> = {
  auth0: 'Database',
  ldap: 'LDAP',
  ad: 'Active Directory',
  waad: 'Windows Azure AD',
  adfs: 'ADFS',
  samlp: 'SAML',
  oidc: 'OpenID Connect',
  'google-oauth2': 'Google',
  windowslive: 'Microsoft account',
};

/** The kinds that can check a password. */
export const PASSWORD_STRATEGIES: readonly string[] = ['auth0', 'ldap', 'ad', 'waad', 'adfs'];

/** What people call a strategy. */
export function strategyLabel(strategy: string): string {
  return LABELS[strategy] ?? strategy;
}

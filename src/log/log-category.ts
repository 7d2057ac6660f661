// Auth0's categories of log events, by which streams are filtered.

/** Every category there is, with those types of it that are written here. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  'auth.login.fail': ['f', 'fc', 'fp', 'fu'],
  'auth.login.notification': [],
  'auth.login.success': [],
  'auth.logout.fail': [],
  'auth.logout.success': [],
  'auth.signup.fail': ['fs'],
  'auth.signup.success': ['ss'],
  'auth.silent_auth.fail': [],
  'auth.silent_auth.success': [],
  'auth.token_exchange.fail': ['feccft', 'fepft', 'ferrt', 'fertft'],
  'auth.token_exchange.success': ['seccft', 'sepft', 'sertft'],
  'management.fail': [],
  'management.success': ['sapi'],
  'system.notification': ['api_limit', 'fui', 'limit_mu', 'limit_wc'],
  'user.fail': ['fcp', 'fcpr', 'fv', 'fvr'],
  'user.notification': ['ublkdu'],
  'user.success': ['scp', 'scpr', 'srrt', 'sui', 'sv', 'svr'],
  actions: [],
  other: [],
  'scim.event': [],
};

/** Their names. */
export const LOG_CATEGORIES: readonly string[] = Object.keys(TYPES);

const CATEGORY_OF = new Map(Object.entries(TYPES).flatMap(([name, types]) => types.map((type) => [type, name])));

/** The category of a type; `other` for one that Auth0 has in none. */
export function categoryOf(type: string): string {
  return CATEGORY_OF.get(type) ?? 'other';
}

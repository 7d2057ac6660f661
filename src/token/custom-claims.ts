// Which claims customer code may put into tokens. Auth0: names are free but for a list that means something to whoever reads a
// token, and but for Auth0's own hosts as a namespace; others are left out.

const RESERVED: ReadonlySet<string> = new Set([
  ...['acr', 'act', 'active', 'amr', 'at_hash', 'ath', 'attest', 'aud', 'auth_time', 'authorization_details', 'azp'],
  ...[
    'c_hash',
    'client_id',
    'cnf',
    'cty',
    'dest',
    'entitlements',
    'events',
    'exp',
    'groups',
    'gty',
    'htm',
    'htu',
    'iat',
  ],
  ...['internalService', 'iss', 'jcard', 'jku', 'jti', 'jwe', 'jwk', 'kid', 'may_act', 'mky', 'nbf', 'nonce'],
  ...['object_id', 'org_id', 'org_name', 'orig', 'origid', 'permissions', 'roles', 'rph', 's_hash', 'sid', 'sub'],
  ...['sub_jwk', 'toe', 'txn', 'typ', 'uuid', 'vot', 'vtm', 'x5t#S256'],
  // Security: a token without any scope has no such claim of its own that would stand in the way.
  'scope',
]);

const AUTH0_NAMESPACE = /^https?:\/\/([^/]*\.)?(auth0\.com|webtask\.io|webtask\.run)([/:?#]|$)/i;

/** Claims by name. */
export type Claims = Readonly<Record<string, unknown>>;

interface Sifted {
  readonly kept: Claims;
  /** Names of those that were left out. */
  readonly leftOut: readonly string[];
}

/** The claims that may stand in a token of either kind. */
export function siftClaims(claims: Claims): Sifted {
  const names = Object.keys(claims);
  return {
    kept: Object.fromEntries(Object.entries(claims).filter(([name]) => isAllowed(name))),
    leftOut: names.filter((name) => !isAllowed(name)),
  };
}

function isAllowed(name: string): boolean {
  return !RESERVED.has(name) && !name.startsWith('sip_') && !AUTH0_NAMESPACE.test(name);
}

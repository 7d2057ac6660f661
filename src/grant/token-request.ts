// One request to the token endpoint, parsed and typed: from here on nothing is a raw parameter any more.
import { type ClientProof, readClientProof } from '../client/client-proof.ts';
import { refusals } from '../error/oauth-error.ts';
import type { Caller } from '../lib/caller.ts';
import { Secret } from '../lib/secret.ts';
import type { IpSource } from '../log/log-event.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { PhaseRecorder } from './phase-recorder.ts';

/** The parameters this endpoint knows, with the most bytes each may have. Anything else is ignored. */
const PARAMETER_LIMITS: ReadonlyMap<string, number> = new Map([
  ['grant_type', 256],
  ['username', 320],
  ['password', 1024],
  ['client_id', 256],
  ['client_secret', 1024],
  ['client_assertion', 16 * 1024],
  ['client_assertion_type', 256],
  ['audience', 600],
  ['scope', 32 * 1024],
  ['realm', 256],
  ['connection', 256],
  ['organization', 256],
  ['resource', 600],
  ['refresh_token', 1024],
  ['mfa_token', 16 * 1024],
  ['otp', 256],
]);
const MOST_SCOPES = 1000;

/** Names of the parameters that must be one string each. */
export const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(PARAMETER_LIMITS.keys());

/** Where a request came from. */
export interface Arrival {
  readonly tenant: Tenant;
  /** `https://HOST/` of the tenant's domain that was asked. */
  readonly issuer: string;
  readonly ip: string;
  readonly ipSource: IpSource;
  /**
   * The header `auth0-forwarded-for` as received; null without one. Security: whole, because what is cut from a list of
   * addresses may look like one address.
   */
  readonly forwardedFor: string | null;
  readonly hostname: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  /** The decoded `Auth0-Client` header; null without one. */
  readonly auth0Client: unknown;
  /** Who waits for the answer. */
  readonly caller: Caller;
}

export interface TokenRequest {
  readonly arrival: Arrival;
  readonly grantType: string;
  readonly clientProof: ClientProof;
  readonly username: string | null;
  readonly password: Secret | null;
  readonly refreshToken: Secret | null;
  readonly realm: string | null;
  readonly connection: string | null;
  readonly audience: string | null;
  /** As received: scope tokens separated by spaces; null when none was sent. */
  readonly scope: string | null;
  /** What the request's phases want written: it goes to the disk in one piece with the log event, before the answer. */
  readonly effects: Effect[];
  /** Remembers what the request goes through. */
  readonly phases: PhaseRecorder;
}

/** Types the parameters. Throws when one is too long, when there is no grant type, or when client credentials clash. */
export function readTokenRequest(
  arrival: Arrival,
  phases: PhaseRecorder,
  authorization: string | undefined,
  parameters: ReadonlyMap<string, string>,
): TokenRequest {
  for (const [name, limit] of PARAMETER_LIMITS) {
    const text = parameters.get(name);
    if (text === undefined) continue;
    if (Buffer.byteLength(text) > limit) throw refusals.tooLong(name);
    // PostgreSQL takes no NUL in a text. A password never gets there, and may hold anything.
    if (name !== 'password' && text.includes('\0')) throw refusals.nulInParameter(name);
  }
  const value = (name: string) => parameters.get(name) ?? null;
  const scope = value('scope');
  if (scope !== null && scope.split(' ').length > MOST_SCOPES) throw refusals.tooLong('scope');
  const grantType = value('grant_type');
  if (grantType === null) throw refusals.missingParameter('grant_type');
  const clientProof = readClientProof(authorization, {
    clientId: value('client_id'),
    clientSecret: value('client_secret'),
    assertion: value('client_assertion'),
    assertionType: value('client_assertion_type'),
  });
  if (Buffer.byteLength(clientProof.clientId ?? '') > 256) throw refusals.tooLong('client_id');
  if (clientProof.clientId?.includes('\0') === true) throw refusals.nulInParameter('client_id');
  const [password, refreshToken] = [value('password'), value('refresh_token')];
  return {
    arrival,
    grantType,
    clientProof,
    username: value('username'),
    password: password === null ? null : new Secret(password),
    refreshToken: refreshToken === null ? null : new Secret(refreshToken),
    realm: value('realm'),
    connection: value('connection'),
    audience: value('audience'),
    scope,
    effects: [],
    phases,
  };
}

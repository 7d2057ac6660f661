// A log event: one thing that happened in a tenant, in the shape and with the codes of Auth0's logs.
import type { LoginCode, TokenReuse } from '../error/oauth-error.ts';
import type { RefusalReason } from '../error/refusal-reason.ts';
import type { RecordedPhase } from './login-phase.ts';

/** Auth0's code of what happened. */
export type LogEventType =
  /** Success Exchange (Password for Access Token). */
  | 'sepft'
  /** Failed Exchange (Password for Access Token). */
  | 'fepft'
  /** Success Exchange (Client Credentials for Access Token). */
  | 'seccft'
  /** Failed Exchange (Client Credentials for Access Token). */
  | 'feccft'
  /** Success Exchange (Refresh Token for Access Token). */
  | 'sertft'
  /** Failed Exchange (Refresh Token for Access Token). */
  | 'fertft'
  /** Failed Exchange (Rotating Refresh Token): one was used again after it had been replaced. */
  | 'ferrt'
  /** Success Revocation (Refresh Token). */
  | 'srrt'
  /** Failed Login (Incorrect Password). */
  | 'fp'
  /** Failed Login (Invalid Email/Username). */
  | 'fu'
  /** Failed by Connector: the directory did not answer. */
  | 'fc'
  /** Blocked Account: too many failures of one name. */
  | 'limit_wc'
  /** Blocked IP Address: too many failures from one address. */
  | 'limit_mu'
  /** Too many logins of one user from one address. */
  | 'limit_sul'
  /** Rate limit: logins of a client were turned away because there was too much to do. */
  | 'api_limit'
  /** Breached password: a login with one that is known from a breach. At most one an hour and address. */
  | 'pwd_leak'
  /** Breached password: a sign-up with one. */
  | 'signup_pwd_leak'
  /** Success Signup. */
  | 'ss'
  /** Failed Signup. */
  | 'fs'
  /** Failed Login: a token request that is no known grant. */
  | 'f';

/** Auth0's code of what happened to an account at no login. */
export type AccountEventType =
  /** A mail with a link to a new password was sent, or was not: Success and Failed Change Password Request. */
  | 'scpr'
  | 'fcpr'
  /** A new password was set by such a link, or was not: Success and Failed Change Password. */
  | 'scp'
  | 'fcp'
  /** Breached password: somebody was to have one that is known from a breach. */
  | 'reset_pwd_leak'
  /** A mail to confirm an address was sent, or was not: Success and Failed Verification Email Request. */
  | 'svr'
  | 'fvr'
  /** A mail with a link that lifts a block was sent: Code/Link Sent. */
  | 'cls'
  /** A mail that tells of something was not sent: Failed Sending Notification. */
  | 'fn'
  /** A block was lifted by such a link. */
  | 'ublkdu'
  /** An address was confirmed, or was not: Success and Failed Verification Email. */
  | 'sv'
  | 'fv';

/** How an address is known: from the socket, told by a trusted proxy, or told by a client that is trusted to. */
export type IpSource = 'socket' | 'forwarded' | 'auth0-forwarded-for';

export interface LogEvent {
  readonly logId: string;
  /** Milliseconds since 1970 UTC. */
  readonly date: number;
  readonly type: LogEventType | AccountEventType;
  readonly description: string;
  readonly connection: string | null;
  readonly connectionId: string | null;
  readonly clientId: string | null;
  readonly clientName: string | null;
  /** Where the request came from; `ipSource` says how that is known, null where nobody wrote it down. */
  readonly ip: string;
  readonly ipSource: IpSource | null;
  /** The address of the client that said in a header where the request came from; null when none did. */
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  readonly hostname: string;
  readonly userId: string | null;
  /** The name that was typed; null for an unknown user, whose name may be a mistyped password. */
  readonly userName: string | null;
  /** A keyed hash of the name's canonical form, by which attempts on one name can be counted. */
  readonly userNameFingerprint: string | null;
  readonly audience: string | null;
  readonly scope: string | null;
  readonly strategy: string | null;
  readonly requestId: string;
  readonly durationMs: number;
  readonly node: string;
  /** The grant type that was asked for; null when the request could not be read. */
  readonly grantType: string | null;
  /** What the request went through, as far as it came. */
  readonly phases: readonly RecordedPhase[];
  /** Status and `error` of the answer; null for a success. */
  readonly answer: { readonly status: number; readonly error: string } | null;
  /** Null for a success. */
  readonly reason: RefusalReason | null;
  /** The rule or the action that refused the login, and its own words; null when none did. */
  readonly code: LoginCode | null;
  /** Which refresh token was used again after it had been replaced; null when none was. */
  readonly reuse: TokenReuse | null;
  /** What was ignored, in words; empty as a rule. */
  readonly warnings: readonly string[];
  /** How many logins were turned away since the last event about them; 0 for every other event. */
  readonly turnedAway: number;
  /** The caller's `Auth0-Client` header, decoded; null without one. */
  readonly auth0Client: unknown;
}

/** The event as Auth0's logs print it. */
export function toWire(event: LogEvent, tenantName: string): Record<string, unknown> {
  return {
    _id: event.logId,
    log_id: event.logId,
    date: new Date(event.date).toISOString(),
    type: event.type,
    description: event.description,
    connection: event.connection,
    connection_id: event.connectionId,
    client_id: event.clientId,
    client_name: event.clientName,
    ip: event.ip,
    client_ip: event.clientIp,
    user_agent: event.userAgent,
    hostname: event.hostname,
    user_id: event.userId,
    user_name: event.userName,
    user_name_fp: event.userNameFingerprint,
    audience: event.audience,
    scope: event.scope,
    strategy: event.strategy,
    strategy_type: event.strategy === null ? null : event.strategy === 'auth0' ? 'database' : 'enterprise',
    auth0_client: event.auth0Client,
    tenant_name: tenantName,
    details: {
      request_id: event.requestId,
      duration_ms: event.durationMs,
      ip_source: event.ipSource,
      node: event.node,
      grant_type: event.grantType,
      phases: event.phases.map(({ phase, outcome, tookMs }) => ({ phase, outcome, took_ms: tookMs })),
      ...(event.answer === null ? {} : { answer: event.answer }),
      ...(event.reason === null ? {} : { error: { reason: event.reason, message: event.description } }),
      ...(event.code === null ? {} : codeOf(event.code)),
      ...event.reuse,
      ...(event.turnedAway === 0 ? {} : { turned_away: event.turnedAway }),
      ...(event.warnings.length === 0 ? {} : { warnings: event.warnings }),
    },
  };
}

/** By its kind: `rule` or `action`. */
function codeOf({ kind, name, message }: LoginCode) {
  return { [kind]: { name, message } };
}

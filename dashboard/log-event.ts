// What the pages about logs know of a log event: its shape, its kinds in words, and where its parts lead.

/** A log event as the Management API prints it. */
export interface LogEvent {
  readonly log_id: string;
  /** ISO 8601. */
  readonly date: string;
  readonly type: string;
  readonly description: string | null;
  readonly client_id?: string | null;
  readonly client_name?: string | null;
  readonly connection?: string | null;
  readonly connection_id?: string | null;
  readonly user_id?: string | null;
  /** Null for somebody unknown: what was typed may be a password. */
  readonly user_name?: string | null;
  /** By which attempts on one name are known, whether anybody has it or not. */
  readonly user_name_fp?: string | null;
  readonly ip?: string | null;
  readonly details?: {
    readonly request_id?: string | null;
    readonly duration_ms?: number;
    readonly error?: { readonly reason: string; readonly message: string };
  };
}

/** How an event counts. */
export type LogTone = 'success' | 'failure' | 'change';

interface LogKind {
  readonly words: string;
  readonly tone: LogTone;
}

const KINDS: Readonly<Record<string, LogKind>> = {
  sepft: { words: 'Tokens issued', tone: 'success' },
  seccft: { words: 'Token issued to an application', tone: 'success' },
  fepft: { words: 'Login refused', tone: 'failure' },
  feccft: { words: 'Application refused', tone: 'failure' },
  ss: { words: 'Somebody signed up', tone: 'success' },
  fs: { words: 'Sign-up refused', tone: 'failure' },
  fp: { words: 'Wrong password', tone: 'failure' },
  fu: { words: 'Unknown user', tone: 'failure' },
  fc: { words: 'Directory did not answer', tone: 'failure' },
  limit_wc: { words: 'Name is blocked', tone: 'failure' },
  limit_mu: { words: 'Address is throttled', tone: 'failure' },
  limit_sul: { words: 'Too many logins of one user', tone: 'failure' },
  pwd_leak: { words: 'Login with a breached password', tone: 'failure' },
  signup_pwd_leak: { words: 'Sign-up with a breached password', tone: 'failure' },
  cls: { words: 'Mail with a link that lifts a block', tone: 'success' },
  fn: { words: 'Mail was not sent', tone: 'failure' },
  reset_pwd_leak: { words: 'Breached password as a new one', tone: 'failure' },
  api_limit: { words: 'Turned away: too much to do', tone: 'failure' },
  f: { words: 'Request not understood', tone: 'failure' },
  sapi: { words: 'Configuration changed', tone: 'change' },
  ublkdu: { words: 'Block lifted', tone: 'change' },
  sui: { words: 'Users imported', tone: 'change' },
  fui: { words: 'Import of users failed', tone: 'failure' },
};

/** The kinds of events, for choosing one. */
export const LOG_TYPES: readonly string[] = Object.keys(KINDS);

/** What a type code says. */
export function logKind(type: string): LogKind {
  return KINDS[type] ?? { words: 'Event', tone: 'change' };
}

/** The codes of all events that count so. */
export function logTypesOf(tone: LogTone): string[] {
  return LOG_TYPES.filter((type) => KINDS[type]?.tone === tone);
}

const NO_TOKEN_REQUESTS: ReadonlySet<string> = new Set(['sapi', 'ublkdu', 'sui', 'fui']);

/** True for an event of a token request, which the login inspector can open. */
export function isTokenRequest({ type }: Pick<LogEvent, 'type'>): boolean {
  return Object.hasOwn(KINDS, type) && !NO_TOKEN_REQUESTS.has(type);
}

/** Where a user is shown; ids hold a `|`. */
export function userAddress(userId: string): string {
  return `/users/${encodeURIComponent(userId)}`;
}

/** Where an application is shown. */
export function applicationAddress(clientId: string): string {
  return `/applications/${encodeURIComponent(clientId)}`;
}

/** Where a connection is shown. */
export function connectionAddress(connectionId: string): string {
  return `/connections/${encodeURIComponent(connectionId)}`;
}

// The phases of a token request, as its log event remembers them and the login inspector shows them.

export type LoginPhase =
  | 'client'
  | 'grant'
  | 'connection'
  | 'guard'
  | 'directory'
  | 'refresh-token'
  | 'scopes'
  | 'rules'
  | 'actions'
  | 'tokens';

/** The phases in the order in which a login goes through them. */
export const LOGIN_PHASES: readonly LoginPhase[] = [
  'client',
  'grant',
  'connection',
  'guard',
  'directory',
  'scopes',
  'rules',
  'actions',
  'tokens',
];

/** The phases of a request that has a refresh token in place of a password. */
export const REFRESH_PHASES: readonly LoginPhase[] = [
  'client',
  'grant',
  'refresh-token',
  'scopes',
  'rules',
  'actions',
  'tokens',
];

/** How a phase that was reached ended: `failed` is a fault or an outage on this side, `refused` a no. */
export type PhaseOutcome = 'passed' | 'refused' | 'failed';

/** A phase that was reached. */
export interface RecordedPhase {
  readonly phase: LoginPhase;
  readonly outcome: PhaseOutcome;
  /** Milliseconds, with one decimal. */
  readonly tookMs: number;
}

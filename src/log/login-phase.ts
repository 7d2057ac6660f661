// The phases of a token request, as its log event remembers them and the login inspector shows them.

/** Every phase, in the order in which a request goes through them. */
export const LOGIN_PHASES = [
  'client',
  'grant',
  'connection',
  'guard',
  'directory',
  'scopes',
  'rules',
  'tokens',
] as const;

export type LoginPhase = (typeof LOGIN_PHASES)[number];

/** How a phase that was reached ended: `failed` is a fault or an outage on this side, `refused` a no. */
export type PhaseOutcome = 'passed' | 'refused' | 'failed';

/** A phase that was reached. */
export interface RecordedPhase {
  readonly phase: LoginPhase;
  readonly outcome: PhaseOutcome;
  /** Milliseconds, with one decimal. */
  readonly tookMs: number;
}

// The phases of a token request as the login inspector shows them: all of them in order, each with a sentence about it.
import { LOGIN_PHASES, type LoginPhase, type PhaseOutcome, REFRESH_PHASES } from './login-phase.ts';

/** A phase, reached or not. */
export interface InspectedPhase {
  readonly phase: LoginPhase;
  readonly title: string;
  readonly outcome: PhaseOutcome | 'not reached';
  /** Milliseconds; null for one that was not reached. */
  readonly took_ms: number | null;
  readonly says: string;
}

/** What the sentences name. */
export interface PhaseSubject {
  /** A phase as the log event keeps it. */
  readonly recorded: readonly { readonly phase: string; readonly outcome: PhaseOutcome; readonly took_ms: number }[];
  readonly isGranted: boolean;
  readonly client: string;
  readonly grantType: string;
  readonly connection: string;
  readonly user: string;
  readonly audience: string | null;
  /** The granted scope. */
  readonly scope: string | null;
  /** What was refused, or went wrong. */
  readonly refusal: string;
}

const TITLES: Readonly<Record<LoginPhase, string>> = {
  client: 'Client authentication',
  grant: 'Grant type',
  connection: 'Connection',
  guard: 'Attack protection',
  directory: 'Password',
  'refresh-token': 'Refresh token',
  scopes: 'Audience and scopes',
  rules: 'Rules',
  actions: 'Actions',
  tokens: 'Tokens',
};

const PASSED: Readonly<Record<LoginPhase, (subject: PhaseSubject) => string>> = {
  client: ({ client }) => `The client is ${client}.`,
  grant: ({ grantType }) => `The client may use the grant ${grantType}.`,
  connection: ({ connection }) => `The user is looked for in the connection ${connection}.`,
  guard: () => 'The attempt may go on.',
  directory: ({ user }) => `The password is right, and the user is ${user}.`,
  'refresh-token': ({ user }) => `The refresh token is good, and the user is ${user}.`,
  scopes: (subject) => `${apiWords(subject)}${subject.isGranted ? scopeWords(subject) : ''}`,
  rules: () => 'The enabled rules let the user in.',
  actions: () => 'The bound actions let the user in.',
  tokens: () => 'The tokens were signed.',
};

/** All phases in order. */
export function inspectPhases(subject: PhaseSubject): InspectedPhase[] {
  const phases = subject.grantType === 'refresh_token' ? REFRESH_PHASES : LOGIN_PHASES;
  return phases.map((phase) => {
    // A refresh token is looked at again when another use of it came first.
    const found = subject.recorded.findLast((one) => one.phase === phase);
    const title = TITLES[phase];
    if (!found) return { phase, title, outcome: 'not reached', took_ms: null, says: unreached(phase, subject) };
    const says = found.outcome === 'passed' ? PASSED[phase](subject) : subject.refusal;
    return { phase, title, outcome: found.outcome, took_ms: found.took_ms, says };
  });
}

/** A client that asks for itself skips what is about users, and everybody skips rules and actions that there are not. */
function unreached(phase: LoginPhase, { isGranted, recorded, user }: PhaseSubject): string {
  if (!isGranted || recorded.length === 0) return 'Not reached.';
  if (user === '') return 'The client asks for itself: there is no user.';
  if (phase === 'actions') return 'No action is bound to the logins of the user.';
  return phase === 'rules' ? 'No rule is enabled for the user.' : 'Not reached.';
}

function apiWords({ audience }: PhaseSubject): string {
  if (audience !== null) return `The token is for ${audience}.`;
  return 'The request names no audience and the tenant has no default one: the access token is opaque, no JWT, and opens /userinfo only.';
}

function scopeWords({ scope }: PhaseSubject): string {
  return scope === null || scope === '' ? ' No scope was granted.' : ` Granted: ${scope}.`;
}

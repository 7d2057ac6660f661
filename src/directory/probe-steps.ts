// Takes the steps of a probe one after the other: what comes after a failure is left out.
import type { Clock } from '../lib/clock.ts';
import type { ProbeStep } from './probe.ts';

/** One step to take. */
export interface PlannedStep {
  readonly name: string;
  /** Resolves to what was found, as a sentence; rejects when it went wrong. Null for a step that is left out. */
  readonly take: (() => Promise<string>) | null;
  /** Why it is left out, where it is. */
  readonly leftOut?: string;
}

/** What a step found that speaks against going on, as a sentence of ours. */
export class ProbeFinding extends Error {
  override readonly name = 'ProbeFinding';
}

/** Takes them; `explain` makes a sentence of what a step threw. */
export async function takeSteps(
  clock: Clock,
  steps: readonly PlannedStep[],
  explain: (error: unknown) => string,
): Promise<readonly ProbeStep[]> {
  const taken: ProbeStep[] = [];
  let hasFailed = false;
  for (const { name, take, leftOut = '' } of steps) {
    if (hasFailed || take === null) {
      taken.push({ name, passed: null, tookMs: 0, words: hasFailed ? 'Left out: an earlier step failed.' : leftOut });
      continue;
    }
    const startedAt = clock.monotonic();
    const [passed, words] = await take().then(
      (found) => [true, found] as const,
      (error: unknown) => [false, error instanceof ProbeFinding ? error.message : explain(error)] as const,
    );
    hasFailed = !passed;
    taken.push({ name, passed, tookMs: Math.round(clock.monotonic() - startedAt), words });
  }
  return taken;
}

const OUTAGES: Readonly<Record<string, string>> = {
  'directory-not-https': 'The address does not begin with https://.',
  'directory-name-not-found':
    'The name is not known to the name server: look at the spelling, and at the DNS of this machine.',
  'directory-address-refused': 'The name leads to an address that this server does not connect to.',
  'directory-connect-failed': 'Nobody answers there: look at host and port, and at firewalls on the way.',
  'directory-connect-timeout': 'The connection was not open in time: look at firewalls on the way.',
  'directory-tls-failed': 'The certificate is not trusted, or is for another name: give its authority as ca_file.',
  'directory-timeout': 'The answer did not come in time.',
  'directory-connection-lost': 'The connection was closed before the answer was there.',
  'directory-answer-too-large': 'The answer is too large to be what was asked for.',
  'directory-answer-malformed': 'The answer is no HTTP.',
  'directory-redirected': 'The answer leads elsewhere, which is not followed: give the final address.',
  'directory-answer-not-json': 'The answer is no JSON: something else answers at this address.',
  'directory-answer-not-soap': 'The answer is none of a WS-Trust endpoint: something else answers at this address.',
  'directory-throttled': 'The server turns requests away because there are too many.',
  'directory-http-error': 'The server has a fault of its own.',
  'directory-description-unusable': 'The description names no issuer, or addresses on another host.',
  'directory-keys-missing': 'The keys that the description names are not there.',
  'directory-keys-unusable': 'What the description names as keys is none.',
};

/** A sentence about an outage, by its reason. */
export function outageWords(reason: string): string {
  return OUTAGES[reason] ?? `It failed: ${reason}.`;
}

// Rules run in a sandbox of their own, without a server around it.
import { ruleHarness } from '../../src/rule/rule-harness.ts';
import { type FetchForGuest, NO_HOSTS } from '../../src/sandbox/guest-fetch.ts';
import { type LoginVerdict, readVerdict } from '../../src/sandbox/login-verdict.ts';
import { createSandbox } from '../../src/sandbox/sandbox-runs.ts';
import type { ScriptOutcome } from '../../src/sandbox/script.ts';
import type { UserId } from '../../src/user/user.ts';
import { createTestClock } from './test-clock.ts';

const USER = 'auth0|1' as UserId;

export interface SandboxedRules {
  /** Runs the rules for somebody of this tenant. */
  run(scripts: readonly string[], tenant?: string): Promise<{ outcome: ScriptOutcome; verdict: LoginVerdict }>;
  close(): Promise<void>;
}

/**
 * A run with somebody to ask has five seconds, and not one for each script: a slow machine is no reason to end one. The
 * processor time of a script is as short as ever.
 */
const NOBODY_TO_ASK: FetchForGuest = async () => NO_HOSTS;

/** Makes a sandbox of so many processes; nobody waits longer than the budget for one of them. */
export function openSandboxedRules(
  most = 2,
  budgetMs = 60_000,
  fetch: FetchForGuest | null = NOBODY_TO_ASK,
): SandboxedRules {
  const sandbox = createSandbox({ most, budgetMs, clock: createTestClock(), fetch });
  return {
    async run(scripts, tenant = 'acme') {
      const input = {
        user: { user_id: USER, email: 'sam@example.com' },
        context: { accessToken: { scope: [] }, idToken: {}, primaryUser: USER },
        configuration: { KEY: 'value' },
        rules: scripts.length,
        userId: USER,
      };
      const order = { harness: String(ruleHarness), scripts, input };
      const outcome = await sandbox.run({ tenant, member: 'client' }, order);
      const names = scripts.map((_script, index) => `Rule ${index + 1}`);
      return { outcome, verdict: readVerdict(outcome, names) };
    },
    close: () => sandbox.close(),
  };
}

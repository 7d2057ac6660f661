// Rules that cannot be run right now say nothing about a login: it may be tried again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OAuthError } from '../../src/error/oauth-error.ts';
import { createLoginCodeStep } from '../../src/grant/login-code-step.ts';
import { PhaseRecorder } from '../../src/grant/phase-recorder.ts';
import { TurnedAway } from '../../src/lib/fair-line.ts';
import { SandboxUnavailable } from '../../src/sandbox/sandbox-processes.ts';
import { createTestClock } from '../support/test-clock.ts';

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

/** The refusal of a login whose rules end by throwing this. */
async function refusalFor(error: Error): Promise<OAuthError> {
  const step = createLoginCodeStep({
    rules: { hasRules: async () => true, run: failing(error) },
    actions: { hasActions: async () => false, run: () => assert.fail('no action is bound') },
    updateMetadata: () => assert.fail('nothing is stored'),
  });
  const phases = new PhaseRecorder(createTestClock());
  const request = { arrival: { tenant: { id: 'acme' }, issuer: 'https://a.example/' }, phases } as never;
  const login = { user: { userId: 'auth0|1' }, connection: {}, ruleProtocol: 'oauth2-password', customClaims: {} };
  try {
    await step(request, {} as never, login as never, { api: null, scope: [], permissions: null });
  } catch (thrown) {
    assert.deepEqual(
      phases.phases.map(({ phase, outcome }) => [phase, outcome]),
      [['rules', 'failed']],
    );
    return thrown as OAuthError;
  }
  return assert.fail('the login went through');
}

test('too many logins that wait for rules are turned away, and told when to come again [T-36]', async () => {
  const { status, code, retryAfterSeconds, detail } = await refusalFor(new TurnedAway('full', 2500));
  assert.deepEqual([status, code, retryAfterSeconds], [503, 'temporarily_unavailable', 3]);
  assert.deepEqual(detail, { reason: 'rule-line-full', logType: 'api_limit', isCounted: true });
});

test('without a process to run rules in nobody is let in [T-36]', async () => {
  const { status, code, detail } = await refusalFor(new SandboxUnavailable('none'));
  assert.deepEqual([status, code, detail.reason], [503, 'temporarily_unavailable', 'rule-sandbox']);
});

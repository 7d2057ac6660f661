// `gatehouse connection test`: tries a connection as a login would, and tells each step with its time. It looks at the
// directory only: nothing is counted, no user is made, and no event is logged.

import { ConfigurationError } from '../config/load-config.ts';
import { toConnection } from '../connection/read-connection.ts';
import { probeConnection } from '../directory/connection-probes.ts';
import type { LoginAttempt } from '../directory/directory.ts';
import type { ProbeStep } from '../directory/probe.ts';
import { Secret } from '../lib/secret.ts';
import { createStores } from '../stores.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { withGround } from './ground.ts';
import { alignedTable } from './table.ts';
import { getTenant } from './tenant-choice.ts';

/** Prints one line for each step; 1 when one fails. */
export async function testConnection(invocation: Invocation): Promise<number> {
  const [name = ''] = invocation.args;
  return withGround(invocation.configuration, async (ground) => {
    const stores = createStores(ground);
    const tenant = await getTenant(stores, textFlag(invocation, 'tenant'));
    const connections = await stores.connections.list(tenant.id);
    const stored = connections.find((one) => one.name === name);
    if (!stored) {
      const names = connections.map((one) => one.name).join(', ') || 'none';
      throw new ConfigurationError(`There is no connection ${name} in the tenant ${tenant.name}. There are: ${names}.`);
    }
    const attempt = await attemptOf(invocation);
    try {
      const steps = await probeConnection({ ...ground, ...ground.configuration }, toConnection(stored), attempt);
      show(invocation, { connection: name, strategy: stored.strategy, steps }, describeSteps(steps));
      return steps.some((step) => step.passed === false) ? 1 : 0;
    } finally {
      attempt?.password.forget();
    }
  });
}

/** Null when no user was named: then only the connection itself is tried. */
async function attemptOf(invocation: Invocation): Promise<LoginAttempt | null> {
  const { terminal } = invocation;
  const identifier = textFlag(invocation, 'username');
  const variable = textFlag(invocation, 'env');
  if (identifier === null) {
    if (variable === null) return null;
    throw new ConfigurationError('--env names the password of --username: say whose it is.');
  }
  const password =
    variable === null ? await terminal.askSecret(`Password of ${identifier}: `) : terminal.environment[variable];
  if (password === undefined) throw new ConfigurationError(`The environment has no ${variable}, which --env names.`);
  // Security: an empty password would be an anonymous bind, which many directories accept.
  if (password === '') throw new ConfigurationError('The password is empty.');
  return { identifier, password: new Secret(password) };
}

function describeSteps(steps: readonly ProbeStep[]): string[] {
  const mark = (passed: boolean | null) => (passed === null ? '-' : passed ? 'ok' : 'FAIL');
  return alignedTable(
    ['', 'time', 'step', ''],
    steps.map(({ name, passed, tookMs, words }) => [mark(passed), `${Math.round(tookMs)} ms`, name, words]),
  ).slice(1);
}

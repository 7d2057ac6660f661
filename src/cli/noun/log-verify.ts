// `gatehouse log verify`: is the log of every tenant still what was sealed?
import { ConfigurationError } from '../../config/load-config.ts';
import type { LogFindings } from '../../log/log-verification.ts';
import { verifyLog } from '../../log/log-verification.ts';
import { createStores } from '../../stores.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { withGround } from '../ground.ts';
import { printable } from '../printable.ts';
import { createBar } from '../progress.ts';

/** Prints what was found, with the end of each chain; 1 when something is not as it was sealed. */
export async function verifyLogs(invocation: Invocation): Promise<number> {
  const name = textFlag(invocation, 'tenant');
  const since = sinceOf(textFlag(invocation, 'since'));
  const head = textFlag(invocation, 'head');
  if (head !== null && !/^\d+:[0-9a-f]{64}$/.test(head)) {
    throw new ConfigurationError('--head takes what an earlier run printed: NUMBER:LINK.');
  }
  return withGround(invocation.configuration, async (ground) => {
    const { tenants, logSeals } = createStores(ground);
    const chosen = (await tenants.list()).filter((tenant) => name === null || tenant.name === name);
    if (name !== null && chosen.length === 0) throw new ConfigurationError(`There is no tenant ${printable(name)}.`);
    if (head !== null && chosen.length !== 1) throw new ConfigurationError('--head needs --tenant: each has its own.');
    const showBar = createBar(invocation.terminal);
    const found: Record<string, LogFindings> = {};
    for (const { id, name: tenantName } of chosen) {
      const last = (await logSeals.findNewest(id))?.number ?? 1;
      found[tenantName] = await ground.database.snapshot((sql) =>
        verifyLog(logSeals, sql, { tenantId: id, since, head }, (number) => showBar(number / last, tenantName)),
      );
    }
    show(
      invocation,
      found,
      Object.entries(found).flatMap(([tenantName, findings]) => linesOf(tenantName, findings)),
    );
    return Object.values(found).some(({ problems }) => problems.length > 0) ? 1 : 0;
  });
}

function sinceOf(text: string | null): number | null {
  if (text === null) return null;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new ConfigurationError('--since takes a date such as 2026-01-31.');
  return instant;
}

function linesOf(tenant: string, { seals, events, erased, unsealed, head, problems }: LogFindings): string[] {
  const verdict = problems.length === 0 ? 'as it was sealed' : `NOT as it was sealed (${problems.length})`;
  return [
    `${tenant}: ${verdict}; ${events} events in ${seals} seals, ${unsealed} not sealed yet, ${erased} without the name of a deleted user`,
    ...problems.map((problem) => `  ${printable(problem)}`),
    ...(head === null ? [] : [`  head ${head}`]),
  ];
}

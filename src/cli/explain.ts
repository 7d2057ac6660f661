// Opens one token request again: what it went through, why it was refused, and what to do.
import { ConfigurationError } from '../config/load-config.ts';
import { inspectLogin, type LoginInspection } from '../grant/login-inspection.ts';
import { type Invocation, show } from './command.ts';
import { withTenant } from './noun/verbs.ts';
import { printable } from './printable.ts';
import { alignedTable } from './table.ts';

const MARKS = { passed: '✓', refused: '✗', failed: '!', 'not reached': '·' } as const;

/** Explains the request of a log id or request id; throws a plain error when no event tells of it. */
export async function explain(invocation: Invocation): Promise<void> {
  const [id = ''] = invocation.args;
  await withTenant(invocation, async ({ stores, tenant }) => {
    const inspection = await inspectLogin(stores, tenant, id);
    if (inspection) return show(invocation, inspection, linesOf(inspection).map(printable));
    throw new ConfigurationError(
      `No event of the tenant ${tenant.name} tells of a token request ${printable(id)}. The id is that of the answer's x-auth0-requestid, or a log_id. A request to another path has no event; one that came in a flood of logins that were turned away may be counted in one event a minute: see \`gatehouse log list --type api_limit\` and \`--type fc\`.`,
    );
  });
}

function linesOf(inspection: LoginInspection): string[] {
  const { outcome, date, took_ms: tookMs, answer, phases, explanation, warnings } = inspection;
  const times = phases.map(({ took_ms: ms }) => (ms === null ? '' : `${ms.toFixed(1)} ms`));
  const width = Math.max(...times.map(({ length }) => length));
  const rows = phases.map(({ title, outcome: ended, says }, i) => [
    MARKS[ended],
    title,
    times[i]?.padStart(width) ?? '',
    says,
  ]);
  const said = [answer.status, answer.error, answer.error_description].filter((part) => part !== null);
  return [
    `${outcome.toUpperCase()}  ${date}  ${tookMs} ms`,
    ...factsOf(inspection),
    `answer      ${said.join(' ')}`,
    '',
    ...alignedTable(['', 'phase', 'time', ''], rows),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((words) => `Note: ${words}`)]),
    ...(explanation === null
      ? []
      : [
          '',
          `Why:  ${explanation.says} (${explanation.reason})`,
          `Fix:  ${explanation.fix.says}`,
          ...(explanation.fix.command === null ? [] : [`Run:  ${explanation.fix.command}`]),
        ]),
  ];
}

function factsOf({ request_id, log_id, grant_type, client, connection, user, audience, scope, ip }: LoginInspection) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['request', request_id],
    ['event', log_id],
    ['grant', grant_type],
    ['client', client && named(client.name, client.client_id)],
    ['connection', connection && named(connection.name, connection.strategy)],
    ['user', user && named(user.name, user.user_id)],
    ['audience', audience],
    ['scope', scope],
    ['address', ip],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(10)}  ${value}`]));
}

function named(name: string | null, id: string | null): string {
  if (name === null || id === null) return name ?? id ?? '';
  return `${name} (${id})`;
}

// `gatehouse rule try`: runs a script on a user as a login would, lets nobody in and stores nothing.
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../../config/load-config.ts';
import { createRuleTrial, NothingToTryOn, type RuleTrial, type TryRule } from '../../grant/rule-trial.ts';
import { createRulePipeline } from '../../rule/rule-pipeline.ts';
import { scriptProblem } from '../../rule/rule-script.ts';
import { createSandbox } from '../../sandbox/sandbox-runs.ts';
import { createConfigurationCache } from '../../storage/configuration-cache.ts';
import { type Invocation, listFlag, show, textFlag } from '../command.ts';
import { printable } from '../printable.ts';
import type { NounWork } from './noun.ts';
import { findUser } from './user-noun.ts';
import { withTenant } from './verbs.ts';

/** Tries the script of the file; 1 when it would not let the user in. */
export async function tryRule(invocation: Invocation): Promise<number> {
  const script = readScript(invocation.args[0] ?? '');
  return withTenant(invocation, async (work) => {
    const called = textFlag(invocation, 'user');
    if (called === null) throw new ConfigurationError('Say whom the rule is to see: --user ada@example.com.');
    const user = await findUser(work, called);
    if (!user) throw new ConfigurationError(`There is no user ${called} in the tenant ${work.tenant.name}.`);
    const trial = await withTrials(work, async (tryOut) =>
      tryOut(work.tenant, work.tenant.domains[0]?.host ?? '', {
        script,
        userId: user.userId,
        clientId: await clientIdOf(work, textFlag(invocation, 'client')),
        audience: textFlag(invocation, 'audience'),
        configuration: configurationOf(invocation),
      }),
    );
    show(invocation, trial, linesOf(trial).map(printable));
    return trial.outcome === 'passed' ? 0 : 1;
  });
}

/** Has rules tried in processes that end with the work. */
async function withTrials(
  { ground: { database, clock }, stores }: NounWork,
  work: (tryOut: TryRule) => Promise<RuleTrial>,
): Promise<RuleTrial> {
  const sandbox = createSandbox({ most: 1, budgetMs: Number.POSITIVE_INFINITY, clock });
  const cache = createConfigurationCache(database.sql, clock);
  try {
    return await work(
      createRuleTrial({ stores, clock, rules: createRulePipeline({ ...stores, sandbox, cache, clock }) }),
    );
  } catch (error) {
    if (error instanceof NothingToTryOn) throw new ConfigurationError(error.message, { cause: error });
    throw error;
  } finally {
    await sandbox.close();
  }
}

function readScript(path: string): string {
  let script: string;
  try {
    script = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read. Name a file with the rule.`, { cause: error });
  }
  const problem = scriptProblem(script);
  if (problem !== null) throw new ConfigurationError(`${path}: ${problem}.`);
  return script;
}

async function clientIdOf({ stores, tenant }: NounWork, called: string | null): Promise<string | null> {
  if (called === null || (await stores.clients.findById(tenant.id, called))) return called;
  const [only, another] = await stores.clients.listByName(tenant.id, called);
  if (!only || another) throw new ConfigurationError(`There is not one client ${called}: give the client_id.`);
  return only.clientId;
}

function configurationOf(invocation: Invocation): Record<string, string> {
  const entries = listFlag(invocation, 'set').map((one): [string, string] => {
    const at = one.indexOf('=');
    if (at < 1) throw new ConfigurationError(`Write --set KEY=value, and not ${one}.`);
    return [one.slice(0, at), one.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

function linesOf(trial: RuleTrial): string[] {
  const { outcome, message, duration_ms: took, warnings, metadata_updates: updates } = trial;
  return [
    `${outcome.toUpperCase()}${message === null ? '' : `  ${message}`}  (${took} ms)`,
    `access token  ${JSON.stringify(trial.access_token_claims)}`,
    `ID token      ${JSON.stringify(trial.id_token_claims)}`,
    `scope         ${trial.scope}`,
    ...updates.map(({ of, metadata }) => `${of}  ${JSON.stringify(metadata)} (not stored)`),
    ...warnings.map((words) => `Note: ${words}`),
    ...trial.console.map(({ level, text }) => `console.${level}: ${text}`),
  ];
}

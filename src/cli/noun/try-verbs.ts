// `gatehouse rule try` and `gatehouse action try`: run code on a user as a login would, let nobody in and store nothing.
import { readFileSync } from 'node:fs';
import { draftProblem } from '../../action/action-code.ts';
import { createActionPipeline } from '../../action/action-pipeline.ts';
import { POST_LOGIN } from '../../action/trigger.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { createCodeFetch } from '../../grant/code-fetch.ts';
import { createLoginTrials, type LoginTrial, NothingToTryOn } from '../../grant/login-trial.ts';
import type { RuleLogin } from '../../rule/rule-login.ts';
import { createRulePipeline } from '../../rule/rule-pipeline.ts';
import { scriptProblem } from '../../rule/rule-script.ts';
import type { LoginCodeRun } from '../../sandbox/login-verdict.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox-runs.ts';
import { createConfigurationCache } from '../../storage/configuration-cache.ts';
import { type Invocation, listFlag, show, textFlag } from '../command.ts';
import { printable } from '../printable.ts';
import type { NounWork } from './noun.ts';
import { findUser } from './user-noun.ts';
import { withTenant } from './verbs.ts';

/** What a kind of code is checked and run by. */
interface Kind {
  /** What is wrong with the text, in words; null when nothing is. */
  readonly problemOf: (text: string) => string | null;
  run(parts: Parameters<typeof createRulePipeline>[0] & Parameters<typeof createActionPipeline>[0]): Run;
}

type Run = (text: string, values: Readonly<Record<string, string>>, login: RuleLogin) => Promise<LoginCodeRun | null>;

/** Tries the rule of the file; 1 when it would not let the user in. */
export async function tryRule(invocation: Invocation): Promise<number> {
  return tryCode(invocation, {
    problemOf: scriptProblem,
    run(parts) {
      const rules = createRulePipeline(parts);
      return (script, configuration, login) => rules.tryOut(script, configuration, login);
    },
  });
}

/** Tries the action of the file; 1 when it would not let the user in. */
export async function tryAction(invocation: Invocation): Promise<number> {
  return tryCode(invocation, {
    problemOf(code) {
      const content = { code, dependencies: [], runtime: '', trigger: { id: POST_LOGIN, version: 'v3' }, secrets: [] };
      return draftProblem(content)?.words ?? null;
    },
    run(parts) {
      const actions = createActionPipeline(parts);
      return (code, secrets, login) => actions.tryOut({ code, secrets }, login);
    },
  });
}

async function tryCode(invocation: Invocation, kind: Kind): Promise<number> {
  const text = readCode(invocation.args[0] ?? '', kind);
  return withTenant(invocation, async (work) => {
    const called = textFlag(invocation, 'user');
    if (called === null) throw new ConfigurationError('Say whom the code is to see: --user ada@example.com.');
    const user = await findUser(work, called);
    if (!user) throw new ConfigurationError(`There is no user ${called} in the tenant ${work.tenant.name}.`);
    const tried = {
      userId: user.userId,
      clientId: await clientIdOf(work, textFlag(invocation, 'client')),
      audience: textFlag(invocation, 'audience'),
    };
    const values = valuesOf(invocation);
    const trial = await withSandbox(work, (sandbox) => {
      const { ground, stores, tenant } = work;
      const cache = createConfigurationCache(ground.database.sql, ground.clock);
      const run = kind.run({ ...stores, sandbox, cache, clock: ground.clock });
      const trials = createLoginTrials({ stores, clock: ground.clock });
      return trials.on(tenant, tenant.domains[0]?.host ?? '', tried, (login) => run(text, values, login));
    });
    show(invocation, trial, linesOf(trial).map(printable));
    return trial.outcome === 'passed' ? 0 : 1;
  });
}

/** Lends a sandbox whose processes end with the work. */
async function withSandbox(
  { ground: { clock, configuration } }: NounWork,
  work: (sandbox: Sandbox) => Promise<LoginTrial>,
): Promise<LoginTrial> {
  const { sandboxHosts: hosts, privateNetworks: networks } = configuration;
  const { fetch, close } = createCodeFetch({ hosts, networks, clock });
  const sandbox = createSandbox({ most: 1, budgetMs: Number.POSITIVE_INFINITY, clock, fetch });
  try {
    return await work(sandbox);
  } catch (error) {
    if (error instanceof NothingToTryOn) throw new ConfigurationError(error.message, { cause: error });
    throw error;
  } finally {
    await sandbox.close();
    close();
  }
}

function readCode(path: string, { problemOf }: Kind): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read. Name a file with the code.`, { cause: error });
  }
  const problem = problemOf(text);
  if (problem !== null) throw new ConfigurationError(`${path}: ${problem}.`);
  return text;
}

async function clientIdOf({ stores, tenant }: NounWork, called: string | null): Promise<string | null> {
  if (called === null || (await stores.clients.findById(tenant.id, called))) return called;
  const [only, another] = await stores.clients.listByName(tenant.id, called);
  if (!only || another) throw new ConfigurationError(`There is not one client ${called}: give the client_id.`);
  return only.clientId;
}

function valuesOf(invocation: Invocation): Record<string, string> {
  const entries = listFlag(invocation, 'set').map((one): [string, string] => {
    const at = one.indexOf('=');
    if (at < 1) throw new ConfigurationError(`Write --set KEY=value, and not ${one}.`);
    return [one.slice(0, at), one.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

function linesOf(trial: LoginTrial): string[] {
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

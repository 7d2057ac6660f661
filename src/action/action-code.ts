// Whether code can be an action, as far as that can be told without running it: asked wherever a draft is stored, and before
// it becomes what logins run.
import { MODULES, moduleProblem, syntaxProblem } from '../sandbox/script-syntax.ts';
import type { ActionContent } from './action.ts';
import { POST_LOGIN } from './trigger.ts';

/** What `api` has at `post-login`, in this version. Security: whatever is added here must do what Auth0 says of it. */
const API: ReadonlyMap<string, readonly string[]> = new Map([
  ['access', ['deny']],
  ['accessToken', ['setCustomClaim', 'addScope', 'removeScope']],
  ['idToken', ['setCustomClaim']],
  ['user', ['setUserMetadata', 'setAppMetadata']],
  ['redirect', ['canRedirect', 'encodeToken', 'sendUserTo']],
  ['prompt', ['render']],
  ['multifactor', ['enable']],
  ['authentication', ['challengeWith', 'challengeWithAny', 'enrollWith', 'enrollWithAny']],
]);
const CALLED = /\bapi\s*\??\.\s*(\w+)(?:\s*\??\.\s*(\w+))?/g;

/** Versions of the trigger in which it calls `onExecutePostLogin`. */
const VERSIONS: ReadonlySet<string> = new Set(['v2', 'v3']);

/** A part of the content, and what is wrong with it in words for whoever wrote it. */
interface ActionProblem {
  readonly member: 'code' | 'dependencies';
  readonly words: string;
}

/** What is wrong with a draft; null when nothing is. Code for triggers that run nothing has to compile, no more. */
export function draftProblem({ code, dependencies, trigger }: ActionContent): ActionProblem | null {
  const inSyntax = syntaxProblem(code, 'module');
  if (inSyntax !== null) return { member: 'code', words: inSyntax };
  if (trigger.id !== POST_LOGIN) return null;
  const absent = dependencies.find(({ name }) => !MODULES.has(name));
  if (absent) {
    const words = `There is no package ${absent.name.slice(0, 100)} to depend on: there are ${[...MODULES].join(' and ')}`;
    return { member: 'dependencies', words };
  }
  const words = moduleProblem(code) ?? apiProblem(code);
  return words === null ? null : { member: 'code', words };
}

/** Why logins cannot run this content, in words; null when they can. */
export function runProblem(content: ActionContent): string | null {
  const { code, trigger } = content;
  if (trigger.id !== POST_LOGIN) return `It is written for the trigger ${trigger.id}`;
  if (!VERSIONS.has(trigger.version)) return `It is written for ${trigger.version} of the trigger, which runs no more`;
  if (!code.includes('onExecutePostLogin')) return 'Its code exports no onExecutePostLogin';
  // An earlier version may have stored what is refused today.
  return draftProblem(content)?.words ?? null;
}

/** The first member of `api` that is named and not there; null when there is none. Other names of `api` fail at run time. */
function apiProblem(code: string): string | null {
  for (const { 0: whole, 1: family = '', 2: member, index } of code.matchAll(CALLED)) {
    const members = API.get(family);
    if (members && (member === undefined || members.includes(member))) continue;
    const line = code.slice(0, index).split('\n').length;
    return `${whole.replaceAll(/[\s?]/g, '').slice(0, 100)} in line ${line} is not in this version`;
  }
  return null;
}

// Files that rules and actions name as their code, as Auth0's Deploy CLI writes them: read when the tenant file is applied, so
// that a server needs no files.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_RUNTIME } from '../action/action.ts';
import { draftProblem } from '../action/action-code.ts';
import { POST_LOGIN } from '../action/trigger.ts';
import { scriptProblem } from '../rule/rule-script.ts';
import type { TenantFile } from './tenant-file.ts';
import { problemAt } from './workspace.ts';

/** No JavaScript of ours looks like this. */
const PATH = /^[^\n(){}=]+\.js$/;

/** The scripts of the file's rules, in order; throws when one cannot be a rule. */
export function readRuleScripts(file: TenantFile): string[] {
  return (file.content.rules ?? []).map(({ script }, index) => {
    const place = ['rules', index, 'script'];
    const text = readCode(file, place, script);
    const problem = scriptProblem(text);
    if (problem !== null) throw problemAt({ file }, place, `${problem}.`);
    return text;
  });
}

/** The codes of the file's actions, in order; throws when one cannot be an action. */
export function readActionCodes(file: TenantFile): string[] {
  return (file.content.actions ?? []).map((wire, index) => {
    const { dependencies = [], runtime = DEFAULT_RUNTIME } = wire;
    const code = readCode(file, ['actions', index, 'code'], wire.code);
    const [trigger = { id: POST_LOGIN, version: 'v3' }] = wire.supported_triggers ?? [];
    const problem = draftProblem({ code, dependencies, runtime, trigger, secrets: [] });
    if (problem !== null) throw problemAt({ file }, ['actions', index, problem.member], `${problem.words}.`);
    return code;
  });
}

/** The code itself, or what the file of this name holds; throws `TenantFileError` when there is none. */
export function readCode(file: TenantFile, place: (string | number)[], path: string): string {
  if (!PATH.test(path)) return path;
  // Security: who may change code here may not read the server's files.
  if (file.folder === null) {
    throw problemAt({ file }, place, `${place.at(-1)} names a file of the server: give its text.`);
  }
  const whole = resolve(file.folder, path);
  try {
    return readFileSync(whole, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw problemAt({ file }, place, `${whole} cannot be read (${code}).`);
  }
}

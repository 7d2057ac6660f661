// Files that rules name as their script, as Auth0's Deploy CLI writes them: read when the tenant file is applied, so that a
// server needs no files.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scriptProblem } from '../rule/rule-script.ts';
import type { TenantFile } from './tenant-file.ts';
import { problemAt } from './workspace.ts';

/** No JavaScript of a rule looks like this. */
const PATH = /^[^\n(){}=]+\.js$/;

/** The scripts of the file's rules, in order; throws when one cannot be a rule. */
export function readRuleScripts(file: TenantFile): string[] {
  return (file.content.rules ?? []).map(({ script }, index) => {
    const place = ['rules', index, 'script'];
    const text = PATH.test(script) ? readScript(file, place, script) : script;
    const problem = scriptProblem(text);
    if (problem !== null) throw problemAt({ file }, place, `${problem}.`);
    return text;
  });
}

function readScript(file: TenantFile, place: (string | number)[], path: string): string {
  // Security: who may change a rule may not read the server's files.
  if (file.folder === null) throw problemAt({ file }, place, 'script names a file of the server: give its text.');
  const whole = resolve(file.folder, path);
  try {
    return readFileSync(whole, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw problemAt({ file }, place, `${whole} cannot be read (${code}).`);
  }
}

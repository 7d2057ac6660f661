// The custom scripts of databases, which Auth0's Deploy CLI writes into files: read and checked when the tenant file is applied.
import type { UserSourceWire } from '../connection/user-source.ts';
import { scriptProblem } from '../rule/rule-script.ts';
import { readCode } from './code-files.ts';
import type { TenantFile } from './tenant-file.ts';
import { problemAt } from './workspace.ts';

type Scripts = UserSourceWire['customScripts'];

/** The scripts of the file's databases, in order; throws `TenantFileError` when one cannot run here. */
export function readDatabaseScripts(file: TenantFile): Scripts[] {
  return (file.content.databases ?? []).map(({ options }, index) => {
    const entries = Object.entries(options?.customScripts ?? {}).map(([name, text]) => {
      const place = ['databases', index, 'options', 'customScripts', name];
      const code = readCode(file, place, text);
      const problem = scriptProblem(code);
      if (problem !== null) throw problemAt({ file }, place, `customScripts.${name}: ${problem}.`);
      return [name, code];
    });
    return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Scripts);
  });
}

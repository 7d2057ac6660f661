// Whether customer code is JavaScript at all. Asked before code is stored, by the *-api files of rules and actions.
import { compileFunction } from 'node:vm';

/** How code is put into its surroundings: a rule is an expression, an action the body of a module. */
export type CodeForm = 'expression' | 'module';

/** Most characters of code. */
export const LONGEST_CODE = 102_400;

/** What is wrong with the code, in words for the person who wrote it; null when it compiles. Nothing of it runs. */
export function syntaxProblem(code: string, form: CodeForm): string | null {
  try {
    if (form === 'expression') {
      // Not in parentheses: a script may end in a semicolon.
      compileFunction(`const script =\n${code}`, [], { filename: NAME, lineOffset: -1 });
    } else {
      compileFunction(code, ['exports', 'require', 'module'], { filename: NAME });
    }
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) return 'The code is nested too deeply';
    const line = new RegExp(`^${NAME}:(\\d+)`).exec(error.stack ?? '')?.[1];
    // Security: what stands at the place may be a secret; the line number is enough to find it.
    const words = error.message
      .replaceAll(/'[^']*'|"[^"]*"/g, '')
      .replaceAll(/ +/g, ' ')
      .trim();
    return `${words}${line === undefined ? '' : ` in line ${line}`}`;
  }
}

const NAME = 'code';

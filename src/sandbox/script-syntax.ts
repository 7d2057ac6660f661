// Whether customer code is JavaScript at all, and asks for nothing that is not there. Asked before code is stored.
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

/** The modules that code in a sandbox can require. */
export const MODULES: ReadonlySet<string> = new Set(['crypto', 'bcrypt']);

/** Comments and texts are stepped over, so that what is only spoken of does not count. */
const REQUIRED =
  /\/\/[^\n]*|\/\*[^]*?\*\/|\brequire\s*\(\s*(["'`])([^"'`\n]*)\1\s*\)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/**
 * Which module that the code requires by name is not there, in words; null when there is none. A name that is put together
 * at run time is found then.
 */
export function moduleProblem(code: string): string | null {
  for (const { 2: name, index } of code.matchAll(REQUIRED)) {
    if (name === undefined || MODULES.has(name)) continue;
    const line = code.slice(0, index).split('\n').length;
    return `There is no module ${name.slice(0, 100)} to require in line ${line}: there are ${[...MODULES].join(' and ')}`;
  }
  return null;
}

const NAME = 'code';

// Whether a script can be a rule, as far as that can be told without running it. Asked wherever one is stored or tried.
import { moduleProblem, syntaxProblem } from '../sandbox/script-syntax.ts';

/** What is wrong with the script, in words for whoever wrote it; null when nothing is. Nothing of it runs. */
export function scriptProblem(script: string): string | null {
  return syntaxProblem(script, 'expression') ?? moduleProblem(script);
}

// Security: === stops at the first character that differs, and the time it takes tells how much of a secret was right.
// This rule finds comparisons of secrets by the names of what is compared; lib/constant-time.ts is the way to do it.

import { blank, isTest, type SourceFile, type Violation } from './source-file.ts';

const SECRET_NAME = /secret|password|passwd|hash|digest/i;

// About a secret but not the secret itself: passwordPolicy, hashAlgorithm, secret.length, kindOfHash(), needsRehash().
const ABOUT_A_SECRET = new RegExp(
  '^(kindOf|lengthOf|has|is|may|needs)[A-Z]|' +
    '([Ll]ength|[Ss]ize|[Cc]ount|[Cc]ost|[Pp]olicy|[Aa]lgorithm|[Ee]ncoding|[Ff]ormat|[Tt]ype|[Kk]ind|[Nn]ame|' +
    '[Pp]refix|Ids?|_ids?|At|_at|[Vv]ersion|[Ss]tatus|[Rr]eason|[Ss]trength)$',
);

// A value that stands in the source is no secret; nor is a constant such as PASSWORD_GRANT.
const PLAIN_VALUE = /^(null|undefined|true|false|-?\d.*|['"`].*|[A-Z][A-Z0-9_]*)$/;

const RULE = 'secrets are compared by lib/constant-time.ts, in a time that does not depend on them';

/** Finds ===, !==, == and != between values that are secrets by their names, and .equals() on them. */
export function checkSecretComparisons(files: SourceFile[]): Violation[] {
  return files.filter((file) => !isTest(file.path)).flatMap(comparisonsIn);
}

function comparisonsIn(file: SourceFile): Violation[] {
  const { bare, withStrings } = blank(file.text);
  const named = withStrings.split('\n');
  return bare.split('\n').flatMap((line, index) => {
    const full = named[index] ?? '';
    const found: string[] = [];
    for (const match of line.matchAll(/(?<![<>=!])[!=]==?(?![=>])/g)) {
      const [left, right] = operandsAround(line, match.index, match[0].length, full);
      const harmless = left.startsWith('typeof ') || PLAIN_VALUE.test(left) || PLAIN_VALUE.test(right);
      if (!harmless && (isSecret(left) || isSecret(right))) found.push(`compares ${left} ${match[0]} ${right}`);
    }
    for (const match of line.matchAll(/([\w$.?]+)\.equals\(/g)) {
      if (isSecret(match[1] ?? '')) found.push(`compares ${match[1]}.equals(...)`);
    }
    return found.map((what) => ({ file: `${file.path}:${index + 1}`, found: what, rule: RULE }));
  });
}

/** Finds where the operands begin and end in the line without strings, and reads them from the line that has them. */
function operandsAround(line: string, at: number, length: number, full: string): [left: string, right: string] {
  const left = /(?:typeof\s+)?[\w$.?!\]['"]+(?:\([^()]*\))?\s*$/.exec(line.slice(0, at));
  const right = /^\s*-?[\w$.?!'"`[\]]+(?:\([^()]*\))?/.exec(line.slice(at + length));
  return [
    left === null ? '' : full.slice(left.index, at).trim(),
    right === null ? '' : full.slice(at + length, at + length + right[0].length).trim(),
  ];
}

/** Judges `a.b.clientSecret`, `row['password']` and `hashOf(token)` by the last name that says what the value is. */
function isSecret(operand: string): boolean {
  const names = operand.replace(/\(.*$/, '').match(/[A-Za-z_$][\w$]*/g) ?? [];
  const name = names.at(-1) ?? '';
  return SECRET_NAME.test(name) && !ABOUT_A_SECRET.test(name);
}

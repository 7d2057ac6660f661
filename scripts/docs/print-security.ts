// Prints docs/security.md: each row of what is defended with the names of the tests that keep it, read from the tests.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECURITY_ROWS } from './security-rows.ts';

/** The document; a row without a test is left out, because it would be a claim. */
export function printSecurity(root: string): string {
  const tests = readTestNames(root);
  const rows = SECURITY_ROWS.flatMap(({ id, danger, defence }) => {
    const kept = tests.filter((test) => test.ids.includes(id));
    if (kept.length === 0) return [];
    const list = kept.map(({ file, name }) => `- ${name} <sub>[${file}](../${file})</sub>`);
    return [`### ${id} ${danger}`, '', defence, '', ...list, ''].join('\n');
  });
  return [
    '# What is defended, and by which test',
    '',
    'Printed by `npm run docs` from the names of the tests. T are threats, F faults, L log rules. A row is here only while a test',
    'keeps it, and each of those tests fails when its defence is taken away. `…` stands for what a table of cases fills in.',
    '',
    'What measures time or takes long is part of `npm run test:faults` (the files in `test/faults`), everything else of',
    '`npm test`.',
    '',
    ...rows,
  ].join('\n');
}

/** The ids of rows that no test keeps. */
export function rowsWithoutTest(root: string): string[] {
  const tests = readTestNames(root);
  return SECURITY_ROWS.map((row) => row.id).filter((id) => !tests.some((test) => test.ids.includes(id)));
}

interface TestName {
  readonly file: string;
  readonly name: string;
  readonly ids: readonly string[];
}

function readTestNames(root: string): TestName[] {
  return globSync('{test,src}/**/*{.test,-suite}.ts', { cwd: root })
    .toSorted()
    .flatMap((file) =>
      [
        ...readFileSync(join(root, file), 'utf8').matchAll(
          /\b(?:test|it)\(\s*(?:named\()?(['"`])((?:(?!\1).)*\[[TFL]-\d\d[^\]]*\])\1/g,
        ),
      ].map(([, , text = '']) => {
        const name = text.replace(/\$\{[^}]*\}/g, '…').replace(/ *\[[TFL]-\d\d[^\]]*\]$/, '');
        return { file, name, ids: [...(/\[([^\]]*)\]$/.exec(text)?.[1] ?? '').matchAll(/[TFL]-\d\d/g)].map(String) };
      }),
    );
}

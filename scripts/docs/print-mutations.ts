// Prints docs/mutations.md from the tables that `npm run test:mutations` goes through.
import type { Mutation } from '../mutations/mutation.ts';
import { MUTATIONS } from '../mutations/mutation-list.ts';
import { ROW_IDS } from './print-security.ts';

/** The document. */
export function printMutations(): string {
  const byRow = Map.groupBy(MUTATIONS, ({ row }) => row);
  const sections = ROW_IDS.flatMap((id) => {
    const mutations = byRow.get(id);
    return mutations ? [`### ${id}`, '', ...mutations.flatMap(describe), ''] : [];
  });
  return [
    '# Defences that are taken away on purpose',
    '',
    `Printed by \`npm run docs\` from the tables in \`scripts/mutations\`: ${MUTATIONS.length} mutations of ${byRow.size} rows of`,
    '[security.md](security.md).',
    '',
    '`npm run test:mutations` makes each of these changes in a copy of the tree and runs the test below it, which must fail by',
    'its own assertions: a file that does not load and a server that does not start are no proof. Before that the same test must',
    'pass on the code as it is. It ends with 1 when a test stays green, and takes some minutes. `npm test` only sees that every',
    'text is still there exactly once, and the test as well.',
    '',
    'Every T row that is met has at least one. F and L rows have one where a change of a line takes the defence away, and a test',
    'notices that needs no real programs; the others stand on several lines at once, or are measured by the fault run.',
    '',
    ...sections,
  ].join('\n');
}

function describe({ file, find, replace, test, name }: Mutation): string[] {
  return [
    `- [${file}](../${file})`,
    '',
    '  ```diff',
    ...linesOf(find).map((line) => `  - ${line}`),
    ...linesOf(replace).map((line) => `  + ${line}`),
    '  ```',
    '',
    `  ${name} <sub>[${test}](../${test})</sub>`,
    '',
  ];
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

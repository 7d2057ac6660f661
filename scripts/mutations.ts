// `npm run test:mutations`: takes each defence of the tables in scripts/mutations away, in a copy of the tree, and sees the
// test that is named beside it turn red. Ends with 1 when one stays green, or when a text is no longer where it was. Ids of
// rows or names of files as arguments try just those: npm run test:mutations -- T-12 src/token
import { dirname } from 'node:path';
import { type Mutation, namePattern } from './mutations/mutation.ts';
import { MUTATIONS } from './mutations/mutation-list.ts';
import { createScratchTree, type ScratchTree } from './mutations/scratch-tree.ts';

const root = dirname(import.meta.dirname);
const AT_ONCE = 2;

interface Verdict {
  readonly mutation: Mutation;
  /** Why it does not count; null when the test turned red. */
  readonly complaint: string | null;
}

async function main(words: readonly string[]): Promise<number> {
  const chosen = MUTATIONS.filter(
    ({ row, file, test }) =>
      words.length === 0 || words.some((word) => row === word || `${file} ${test}`.includes(word)),
  );
  if (chosen.length === 0) {
    say(`No mutation has to do with ${words.join(' ')}.`);
    return 1;
  }
  const startedAt = performance.now();
  const verdicts: Verdict[] = [];
  const waiting = [...Map.groupBy(chosen, ({ test }) => test)];
  const work = async (): Promise<void> => {
    const tree = createScratchTree(root);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        for await (const verdict of tryFile(tree, ...next)) {
          verdicts.push(verdict);
          say(`${verdicts.length} of ${chosen.length} ${describe(verdict)}`);
        }
      }
    } finally {
      tree.remove();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const survivors = verdicts.filter(({ complaint }) => complaint !== null);
  if (survivors.length > 0) process.stdout.write(`\n${survivors.map(describe).join('\n')}\n`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(`${verdicts.length - survivors.length} of ${chosen.length} mutations turned their test red, in ${seconds} s`);
  return survivors.length === 0 ? 0 : 1;
}

/** The tests of one file: first all of them on the code as it is, then one after another on what is broken. */
async function* tryFile(tree: ScratchTree, test: string, mutations: readonly Mutation[]): AsyncGenerator<Verdict> {
  const sound = await tree.run(test, mutations.map(namePattern), null);
  for (const mutation of mutations) yield { mutation, complaint: await complaintOf(tree, mutation, sound) };
}

async function complaintOf(
  tree: ScratchTree,
  mutation: Mutation,
  sound: Awaited<ReturnType<ScratchTree['run']>>,
): Promise<string | null> {
  const pattern = namePattern(mutation);
  const isNamed = ({ name }: { name: string }): boolean => pattern.test(name);
  if (sound?.passed.some(isNamed) !== true || sound.failed.some(isNamed)) return 'the test is not green without it';
  try {
    const broken = await tree.run(mutation.test, [pattern], mutation);
    if (broken?.failed.some(isNamed) === true) return null;
    return broken?.passed.some(isNamed) === true ? 'SURVIVED' : 'the test did not run to an end of its own';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function describe({ mutation: { row, file, name }, complaint }: Verdict): string {
  return `${complaint === null ? 'red ' : 'FAIL'} ${row} ${file} (${name})${complaint === null ? '' : `: ${complaint}`}`;
}

function say(text: string): void {
  process.stdout.write(`gatehouse: ${text}\n`);
}

// What was started ends with it, and no copy stays behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main(process.argv.slice(2));

// A defence that is taken away on purpose, and the test that has to notice. The tables of this folder list them;
// scripts/mutations.ts tries each.

/** One change of one text in one file. */
export interface Mutation {
  /** The row of docs/security.md whose defence it takes away. */
  readonly row: string;
  /** The file, from the root of the repository. */
  readonly file: string;
  /** What stands there, exactly once. */
  readonly find: string;
  /** What stands there instead. */
  readonly replace: string;
  /** The file of the test that turns red. */
  readonly test: string;
  /** The beginning of the name of that test, or a part of it; `…` stands for what a table of cases fills in. */
  readonly name: string;
}

/** Throws when the text is not in the source exactly once. */
export function mutate(source: string, { file, find, replace }: Mutation): string {
  const found = source.split(find).length - 1;
  if (found !== 1)
    throw new Error(`${file} holds ${found === 0 ? 'no' : found} ${JSON.stringify(find)}; one is needed.`);
  return source.replace(find, () => replace);
}

/** What the name of the test matches that is to turn red. */
export function namePattern({ name }: Pick<Mutation, 'name'>): RegExp {
  return new RegExp(
    name
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('.*'),
    's',
  );
}

/** True when the file of tests, which is this text, holds a test of that name. */
export function holdsTest(text: string, { name }: Pick<Mutation, 'name'>): boolean {
  return text.replace(/\$\{[^}]*\}/g, '…').includes(name);
}

// What the pages know of rules: the API's rule object, and how one gets another place in their order.
import { callApi, readAgain } from './api-client.ts';

/** A rule without its code, as lists show it. */
export interface RuleEntry {
  readonly id: string;
  readonly name: string;
  /** Rules run from the lowest to the highest; each has its own. */
  readonly order: number;
  readonly enabled: boolean;
}

/** As the API shows it. */
export interface Rule extends RuleEntry {
  readonly script: string;
}

/** Of the API and of the dashboard alike. */
export function pathOfRule(id: string): string {
  return `/rules/${encodeURIComponent(id)}`;
}

/** Where a rule is shown of which only the name is known. */
export function pathOfRuleNamed(name: string): string {
  return `/rules/named?name=${encodeURIComponent(name)}`;
}

/** What is wrong with the name, before the API is asked; null when nothing is. */
export function ruleNameProblem(name: string): string | null {
  if (name === '') return 'Give it a name.';
  return /^[A-Za-z0-9]([A-Za-z0-9 -]*[A-Za-z0-9])?$/.test(name)
    ? null
    : 'Letters, digits, spaces and hyphens; neither of the latter at the ends.';
}

/** Lets two of these rules change places. Every rule runs all the while: only their order is another one in between. */
export async function swapRules(rules: readonly RuleEntry[], one: RuleEntry, other: RuleEntry): Promise<void> {
  const taken = new Set(rules.map(({ order }) => order));
  let free = 0;
  while (taken.has(free)) free += 1;
  const put = ({ id }: RuleEntry, order: number) => callApi('PATCH', pathOfRule(id), { order });
  try {
    // A place belongs to one rule at a time.
    await put(one, free);
    await put(other, one.order);
    await put(one, other.order);
  } finally {
    await readAgain('rules');
  }
}

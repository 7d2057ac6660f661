// The secrets of an action as the text that is sealed. Called by action-store.ts and action-binding-store.ts.
import { Secret } from '../lib/secret.ts';
import type { ActionSecret } from './action.ts';

/** The text; it holds the values. */
export function writeSecrets(secrets: readonly ActionSecret[]): string {
  return JSON.stringify(secrets.map(({ name, value, updatedAt }) => [name, value.reveal(), updatedAt]));
}

/** The opposite of `writeSecrets`. */
export function readSecrets(text: string): ActionSecret[] {
  return (JSON.parse(text) as [string, string, number][]).map(([name, value, updatedAt]) => ({
    ...{ name, value: new Secret(value), updatedAt },
  }));
}

// The passwords that people choose most, from data/common-passwords.txt. Read when the first connection asks for them.
import { readFile } from 'node:fs/promises';

const FILE = new URL('../../../data/common-passwords.txt', import.meta.url);

let list: Promise<ReadonlySet<string>> | null = null;

/** True for one of the 10,000 most common passwords; the password must come in lower case. */
export async function isCommonPassword(password: string): Promise<boolean> {
  list ??= readFile(FILE, 'utf8').then((text) => new Set(text.split('\n').filter((line) => line !== '')));
  return (await list).has(password);
}

// What a run of the tests proved of other people's clients, beside what docs/compatibility.md says. Called by scripts/test.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProvedCall } from '../../test/support/proved-call.ts';
import { CLIENTS, type ClientName } from '../docs/client-list.ts';
import { PROVED_CALLS_FILE, type ProvedCalls, readRecordedCalls, versionOf } from '../docs/print-compatibility.ts';

/** The tests that prove calls. */
export const PROVING_TESTS = ['test/clients/*.test.ts', 'test/quick-start/running-*.test.ts'];

/** What the tests wrote into this file. */
export function readProvedCalls(root: string, file: string): ProvedCalls {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const proved = Map.groupBy(
    lines.map((line) => JSON.parse(line) as ProvedCall),
    ({ client }) => client,
  );
  return Object.fromEntries(
    (Object.keys(CLIENTS) as ClientName[])
      .filter((name) => proved.has(name))
      .map((name) => {
        const calls = [...new Set(proved.get(name)?.map(({ call }) => call))].toSorted();
        return [name, { version: versionOf(root, name), calls }];
      }),
  );
}

/** What the document says and these do not, as `client: call`. */
export function callsNotProved(recorded: ProvedCalls, proved: ProvedCalls): string[] {
  return Object.entries(recorded).flatMap(([name, { version, calls }]) => {
    const now = proved[name];
    if (now && now.version !== version) return [`${name}: ${version} was recorded, ${now.version} is installed`];
    return calls.filter((call) => now?.calls.includes(call) !== true).map((call) => `${name}: ${call}`);
  });
}

/** Compares with what was recorded. */
export function complaintsOfCalls(root: string, file: string): string[] {
  return callsNotProved(readRecordedCalls(root), readProvedCalls(root, file));
}

/** Records what a run proved, for `npm run docs`. */
export function recordProvedCalls(root: string, file: string): void {
  writeFileSync(join(root, PROVED_CALLS_FILE), `${JSON.stringify(readProvedCalls(root, file), null, 2)}\n`);
}

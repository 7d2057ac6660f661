// Prints docs/compatibility.md from proved-calls.json: which calls of which libraries the tests made and saw answered.
// scripts/test.ts records that file and compares it with what a whole run proved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS, type ClientName, NOT_WORKING } from './client-list.ts';
import { NOT_RUN } from './print-quick-starts.ts';

/** What was proved of one client. */
export interface ProvedClient {
  /** Null for a program of the machine. */
  readonly version: string | null;
  /** In alphabetical order. */
  readonly calls: readonly string[];
}

/** By client. */
export type ProvedCalls = Readonly<Record<string, ProvedClient>>;

/** The file that the document is printed from, from the root of the repository. */
export const PROVED_CALLS_FILE = 'scripts/docs/proved-calls.json';

/** What was recorded last. */
export function readRecordedCalls(root: string): ProvedCalls {
  return JSON.parse(readFileSync(join(root, PROVED_CALLS_FILE), 'utf8')) as ProvedCalls;
}

/** The version of a client that is installed; null for a program of the machine. */
export function versionOf(root: string, client: ClientName): string | null {
  const { package: name } = CLIENTS[client];
  if (name === null) return null;
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The document. */
export function printCompatibility(root: string): string {
  const recorded = readRecordedCalls(root);
  const names = (Object.keys(CLIENTS) as ClientName[]).filter((name) => recorded[name] !== undefined);
  const sections = names.map((name) => {
    const { version, calls } = recorded[name] ?? { version: null, calls: [] };
    const { words } = CLIENTS[name];
    return [
      `### ${name}${version === null ? '' : `, version ${version}`}`,
      '',
      ...(words === '' ? [] : [`${words}:`, '']),
      ...listOf(calls),
      '',
    ].join('\n');
  });
  const notRun = [...NOT_RUN].map(
    ([language, reason]) => `| the quick start in ${language} | running it | ${reason} |`,
  );
  return [
    '# Which clients work',
    '',
    'Printed by `npm run docs` from what the tests recorded: each call below was made by the library itself, unchanged, to a',
    'running server, and answered as its test expects; lists of what this server has nothing of are empty. `npm test` fails',
    'when one of them was not made any more, or when another version is installed than the one that was recorded;',
    '`node scripts/test.ts --record-calls` records anew.',
    '',
    '## Calls that were answered',
    '',
    ...sections,
    '## What does not work, or was not tried',
    '',
    'Settings that are not the same as Auth0’s are in [auth0-differences.md](auth0-differences.md), those of the Management API',
    'in [management-api.md](management-api.md).',
    '',
    '| client | call | reason |',
    '| --- | --- | --- |',
    ...NOT_WORKING.map(([client, call, reason]) => `| ${client} | ${call} | ${reason} |`),
    ...notRun,
    '',
  ].join('\n');
}

/** A line for each part of the library, with its methods. */
function listOf(calls: readonly string[]): string[] {
  const parts = Map.groupBy(calls, (call) => /^[a-z][\w.]*(?=\.\w+$)/.exec(call)?.[0] ?? '');
  return [...parts].map(([part, those]) => {
    const methods = those.map((call) => `\`${part === '' ? call : call.slice(part.length + 1)}\``).join(', ');
    return part === '' ? `- ${methods}` : `- \`${part}\`: ${methods}`;
  });
}

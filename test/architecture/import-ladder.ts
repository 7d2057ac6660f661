// The import ladder: every folder of src/ stands on a rung and imports from lower rungs only; neighbours on one rung may
// name each other's types. Also the few folders that keep their insides to themselves.

import { importsOf, isTest, type SourceFile, type Violation } from './source-file.ts';

/** The folders of src/ from the bottom up. A new folder is given its rung here. */
const RUNGS: readonly (readonly string[])[] = [
  ['lib', 'error'],
  ['config', 'storage', 'metrics'],
  ['tenant', 'key', 'log', 'user', 'role', 'mail', 'sandbox'],
  [
    ...['client', 'resource-server', 'connection', 'directory', 'rule', 'action', 'mfa'],
    ...['attack-protection', 'ticket', 'job', 'log-stream'],
  ],
  ['token'],
  ['grant'],
  ['http'],
  ['declaration', 'backup', 'user-import', 'sign-up', 'ticket-mail'],
  ['oauth', 'management', 'dashboard', 'hosted-page'],
  // The *-api.ts files of every folder.
  [],
  ['cli'],
];

const DECLARATION_RUNG = 7;
const API_RUNG = 9;
const TOP_RUNG = 10;

/** Rungs whose folders are nouns of the domain, with the suffix rules of noun-folder.ts. */
export const NOUN_RUNGS: readonly number[] = [2, 3, 4, 5];

/** The files beside the folders: the start, what is given, the parts put together, all directories, all stores, and the list of the *-api.ts modules. */
const TOP_FILES = new Set([
  'account-mail.ts',
  'breached-passwords.ts',
  'main.ts',
  'app.ts',
  'directories.ts',
  'ground.ts',
  'log-streams.ts',
  'management-endpoints.ts',
  'stores.ts',
  'token-exchange.ts',
]);

export type Place = { rung: number; folder: string };

/** The rung of a file and the folder (or `top`) it belongs to; null when nobody gave it one. */
export function placeOf(path: string): Place | null {
  const [, folder = '', ...rest] = path.split('/');
  if (rest.length === 0) {
    return TOP_FILES.has(folder) ? { rung: TOP_RUNG, folder: 'top' } : null;
  }
  const rung = RUNGS.findIndex((folders) => folders.includes(folder));
  if (rung < 0) return null;
  if (isApi(path)) return { rung: API_RUNG, folder };
  return { rung, folder: rung === TOP_RUNG ? 'top' : folder };
}

export function isApi(path: string): boolean {
  return path.endsWith('-api.ts');
}

/** Checks the imports between the files of src/; the files beside them (x.test.ts) may import what they test. */
export function checkLadder(files: SourceFile[]): Violation[] {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) => {
    const place = placeOf(file.path);
    if (place === null) {
      return [violation(file, 'stands on no rung', 'give its folder a rung in test/architecture/import-ladder.ts')];
    }
    if (isTest(file.path)) return [];
    return importsOf(file).flatMap(({ specifier, target, typeOnly }) => {
      if (target === null) return [];
      const found = `imports ${specifier}`;
      if (!known.has(target)) {
        return [violation(file, found, 'a relative import names a file of src/ with its ending .ts')];
      }
      return brokenRules(file.path, place, target, typeOnly).map((rule) => violation(file, found, rule));
    });
  });
}

function brokenRules(from: string, own: Place, target: string, typeOnly: boolean): string[] {
  const other = placeOf(target);
  if (other === null) return [];
  if (isTest(target)) return ['nothing imports a test'];
  if (target === 'src/main.ts') return ['nothing imports main.ts'];
  if (isApi(target) && from !== 'src/management-endpoints.ts') {
    return ['only management-endpoints.ts imports an *-api.ts: app.ts hands its list to the router'];
  }
  if (other.rung > own.rung) {
    return [`upward never: ${own.folder} stands on rung ${own.rung}, ${other.folder} on rung ${other.rung}`];
  }
  const broken: string[] = [];
  if (other.rung === own.rung && other.folder !== own.folder && !typeOnly) {
    broken.push(`neighbours on rung ${own.rung} give each other types only: import type, or move the caller higher`);
  }
  if (own.folder === 'directory' && own.rung < API_RUNG && other.folder === 'client') {
    broken.push('directory/ answers one question about one password and knows nothing of clients');
  }
  if (target.startsWith('src/directory/database/') && !mayKnowCredentials(from, own)) {
    broken.push('only directory/database knows credentials; directory-registry.ts, rung 7 and those above may open it');
  }
  return broken;
}

function mayKnowCredentials(from: string, own: Place): boolean {
  if (from.startsWith('src/directory/database/') || from === 'src/directory/directory-registry.ts') return true;
  return own.rung >= DECLARATION_RUNG;
}

function violation(file: SourceFile, found: string, rule: string): Violation {
  return { file: file.path, found, rule };
}

// The architecture rules, applied to this checkout: who may import whom, names, lengths, and what no file may hold.
// The rules are in test/architecture/, where tests beside them prove that each one notices what it forbids.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { checkDeclarations, checkLengths, checkNames, checkOpenings, checkTexts } from './architecture/file-rules.ts';
import { checkLadder } from './architecture/import-ladder.ts';
import { checkCircles, checkNounFolders } from './architecture/noun-folder.ts';
import { checkPackages } from './architecture/package-rules.ts';
import { checkSecretComparisons } from './architecture/secret-comparison.ts';
import { describeViolation, readFiles, type Violation } from './architecture/source-file.ts';

const root = dirname(import.meta.dirname);
const everything = readFiles(root, '');
const source = everything.filter((file) => file.path.startsWith('src/'));
const code = everything.filter((file) => /^(src|scripts|test|dashboard)\/.*\.(ts|tsx|mjs)$/.test(file.path));
const tests = code.filter((file) => file.path.startsWith('test/'));

function none(violations: Violation[]): void {
  if (violations.length > 0) assert.fail(`\n${violations.map(describeViolation).join('\n')}`);
}

test('files import down the ladder only', () => none(checkLadder(source)));

test('the files of a noun folder import each other as their suffixes allow', () => none(checkNounFolders(source)));

test('imports do not run in circles', () => none(checkCircles(source)));

test('each library is imported only where it belongs', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object };
  none(checkPackages(source, Object.keys(manifest.dependencies)));
});

test('secrets are compared in constant time', () => none(checkSecretComparisons(source)));

test('files have names that say what is in them', () => none([...checkNames(source), ...checkDeclarations(source)]));

test('files stay short', () => {
  none([
    ...checkLengths(
      code.filter((file) => !tests.includes(file)),
      300,
    ),
    ...checkLengths(tests, 400),
  ]);
});

test('every file opens by saying what it is', () => none(checkOpenings(code)));

test('no file holds what does not belong into a repository', () => none(checkTexts(everything)));

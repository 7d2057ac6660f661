// What a tenant file that cannot be applied says of itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTenantFile, TenantFileError } from '../../src/declaration/tenant-file.ts';

function problemsOf(text: string): readonly string[] {
  try {
    readTenantFile('acme.yaml', text, {});
  } catch (error) {
    if (error instanceof TenantFileError) return error.problems;
    throw error;
  }
  return [];
}

test('problems are told in the order of their lines', () => {
  const problems = problemsOf(
    [
      'users:',
      '  - { connection: db, emial: a@b.c }',
      'clients:',
      '  - { name: x, grant_types: [implicit] }',
      'rules: []',
      'tenant: { name: acme }',
    ].join('\n'),
  );
  assert.deepEqual(
    problems.map((problem) => problem.split(':')[1]),
    ['2', '4', '5'],
  );
});

test('aliases that multiply are refused as a problem of the file', () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x, x, x, x, x, x]'
      : `a${level}: &a${level} [${Array(6)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
  );
  const [problem = ''] = problemsOf(levels.join('\n'));
  assert.match(problem, /^acme\.yaml: .*alias/);
});

test('a section or member that this version does not know is refused with its line', () => {
  assert.deepEqual(problemsOf('tenant: { name: acme }\nhooks: []\n'), [
    'acme.yaml:2: hooks is not supported by this version of Gatehouse; leave it out.',
  ]);
});

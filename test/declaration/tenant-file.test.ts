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
      '  - { name: x, grant_types: [anything] }',
      'hooks: []',
      'tenant: { name: acme }',
    ].join('\n'),
  );
  assert.deepEqual(
    problems.map((problem) => problem.split(':')[1]),
    ['2', '4', '5'],
  );
});

test('a value of which only another is possible is refused with its line', () => {
  assert.deepEqual(problemsOf('tenant: { name: acme }\ndatabases:\n  - { name: x, strategy: ad }\n'), [
    'acme.yaml:3: databases[0].strategy has a value that this version does not support; it can be: auth0.',
  ]);
});

test('problems are told however many there are', () => {
  const lines = Array.from({ length: 40 }, () => '  - { name: x, app_type: toaster }');
  assert.equal(problemsOf(['tenant: { name: acme }', 'clients:', ...lines].join('\n')).length, 40);
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

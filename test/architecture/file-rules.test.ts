// Proves on small made-up files that the rules about single files notice what they forbid, and nothing else.

import assert from 'node:assert/strict';
import test from 'node:test';
import { checkDeclarations, checkLengths, checkNames, checkOpenings, checkTexts } from './file-rules.ts';
import { checkSecretComparisons } from './secret-comparison.ts';

function file(path: string, text = ''): { path: string; text: string }[] {
  return [{ path, text }];
}

test('drawers, camel case and domain words in lib are refused as file names', () => {
  const refused = [
    'src/client/index.ts',
    'src/client/helpers.ts',
    'src/utils/id.ts',
    'src/client/types.ts',
    'src/client/clientStore.ts',
    'src/Client/client.ts',
    'src/client/token-service.ts',
    'src/lib/token-cache.ts',
    'src/lib/user.test.ts',
    'src/client/client.js',
  ];
  for (const path of refused) assert.equal(checkNames(file(path)).length, 1, path);
});

test('ordinary names are accepted', () => {
  const accepted = [
    'src/main.ts',
    'src/client/client-store.ts',
    'src/client/scope-policy.test.ts',
    'src/directory/azure-ad/azure-ad-profile.ts',
    'src/storage/migrations/2026-12-01-create-tenant.ts',
    'src/lib/logger.ts',
    'src/declaration/some-package.d.ts',
    'src/lib/constant-time.ts',
  ];
  for (const path of accepted) assert.deepEqual(checkNames(file(path)), [], path);
});

test('declarations whose names say nothing are refused', () => {
  for (const text of [
    'class TokenService {}',
    'export abstract class DirectoryBase {}',
    'interface IDirectory {}',
    'type StoreImpl = 1;',
    'function createTokenManager() {}\nexport interface KeyManager {}',
  ]) {
    assert.ok(checkDeclarations(file('src/a/b.ts', text)).length > 0, text);
  }
  for (const text of [
    'interface Identity {}',
    'type Database = 1;',
    "// class FooService\nconst a = 'class FooService';",
  ]) {
    assert.deepEqual(checkDeclarations(file('src/a/b.ts', text)), [], text);
  }
});

test('a file over the limit is refused, a migration is not', () => {
  const lines = 'x\n'.repeat(300);
  assert.deepEqual(checkLengths(file('src/a/b.ts', lines), 300), []);
  assert.equal(checkLengths(file('src/a/b.ts', `${lines}x\n`), 300).length, 1);
  assert.equal(checkLengths(file('src/a/b.ts', `${lines}x`), 300).length, 1);
  assert.deepEqual(checkLengths(file('src/storage/migrations/2026-12-01-a.ts', `${lines}x\n`), 300), []);
});

test('a file opens with a comment', () => {
  assert.equal(checkOpenings(file('src/a/b.ts', "import x from 'y';\n// late\n")).length, 1);
  for (const text of ['// What it is.\n', '/**\n * What it is.\n */\n', '#!/usr/bin/env node\n// What it is.\n']) {
    assert.deepEqual(checkOpenings(file('src/a/b.ts', text)), []);
  }
});

test('secrets compared with === are found by their names', () => {
  for (const text of [
    'if (given === client.clientSecret) return;',
    'if (passwordHash !== other) return;',
    "if (body['password'] === stored) return;",
    'return hashToken(given) === row.tokenHash;',
    'return hashToken(given) === stored;',
    'return tokenDigest == expected',
    'return a.secretHash.equals(b)',
    'return secret! === given',
    'return given === `${x}` || a === b.secret',
    'return client.clientSecret ===\n  given',
  ]) {
    assert.equal(checkSecretComparisons(file('src/a/b.ts', text)).length, 1, text);
  }
});

test('comparisons that reveal no secret are accepted', () => {
  for (const text of [
    'if (clientSecret === undefined || password === null) return;',
    "if (password === '' || grantType === 'password') return;",
    "if (typeof password !== 'string') return;",
    'if (hash.length !== 32) return;',
    'if (passwordPolicy === other.passwordPolicy) return;',
    'if (request.grantType === PASSWORD_GRANT) return;',
    'if (kindOfHash(passwordHash) !== kind) return;',
    'const changed = (password) => previous === next;',
    '// clientSecret === given',
    "throw new Error('the secret === given');",
    'return constantTimeEqual(clientSecret, given);',
    'return password.length >= limit && size <= secretSize;',
  ]) {
    assert.deepEqual(checkSecretComparisons(file('src/a/b.ts', text)), [], text);
  }
});

test('texts that do not belong into a repository are found, where they are forbidden', () => {
  // Every ~ is taken out below, so that this file does not hold what it tests for.
  const forbidden: [path: string, text: string][] = [
    ['src/a/b.ts', '// TO~DO: later'],
    ['scripts/a.mjs', '// FIX~ME'],
    ['src/a/b.ts', '// @ts-~ignore'],
    ['test/a.test.ts', "test.~skip('a')"],
    ['test/a.test.ts', "test('a', { only~: true })"],
    ['docs/a.md', 'see /~work/a/b'],
    ['README.md', 'cd /~home/ada/gatehouse'],
    ['package-lock.json', '"resolved"~: "https://example.test/a.tgz"'],
    ['docs/a.md', 'registry.~npmjs.org'],
  ];
  for (const [path, text] of forbidden) {
    const [found] = checkTexts(file(path, `\n${text.replaceAll('~', '')}\n`));
    assert.equal(found?.file, `${path}:2`, text);
  }
  for (const [path, text] of [
    ['src/a/b.ts', 'const method = methods.get(x); // no todo list here'],
    ['docs/a.md', ['GET https://example.test', 'work', 'a'].join('/')],
    ['test/a.test.ts', "test('a', { skip: missing.includes('chromium') })"],
  ] as const) {
    assert.deepEqual(checkTexts(file(path, text)), [], text);
  }
});

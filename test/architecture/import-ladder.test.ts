// Proves on small made-up checkouts that the import rules notice what they forbid, and nothing else.

import assert from 'node:assert/strict';
import test from 'node:test';
import { checkLadder } from './import-ladder.ts';
import { checkCircles, checkNounFolders } from './noun-folder.ts';
import { checkPackages } from './package-rules.ts';
import type { SourceFile, Violation } from './source-file.ts';

/** Files by path; those that are only imported may be left out of the text. */
function checkout(texts: Record<string, string>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

function assertBroken(violations: Violation[], file: string, rule: RegExp): void {
  assert.equal(violations.length, 1, JSON.stringify(violations));
  assert.equal(violations[0]?.file, file);
  assert.match(violations[0]?.rule ?? '', rule);
}

test('a file may import from any lower rung and from its own folder', () => {
  const files = checkout({
    'src/lib/clock.ts': '',
    'src/key/key-ring.ts': "import { now } from '../lib/clock.ts';",
    'src/token/claims.ts': '',
    'src/token/id-token.ts': "import { sign } from '../key/key-ring.ts';\nimport { claims } from './claims.ts';",
    'src/app.ts': "import { issue } from './token/id-token.ts';",
    'src/cli/serve.ts': "import { createApp } from '../app.ts';",
    'src/main.ts': "import { serve } from './cli/serve.ts';",
  });
  assert.deepEqual(checkLadder(files), []);
});

test('an import from a higher rung is refused, also of a type', () => {
  for (const kind of ['import', 'import type', 'export']) {
    const files = checkout({
      'src/grant/grant.ts': '',
      'src/user/user.ts': `${kind} { Grant } from '../grant/grant.ts';`,
    });
    assertBroken(checkLadder(files), 'src/user/user.ts', /upward never: user stands on rung 2, grant on rung 5/);
  }
});

test('a lazy import counts as an import', () => {
  const files = checkout({
    'src/http/server.ts': '',
    'src/key/key.ts': "const { start } = await import('../http/server.ts');",
  });
  assertBroken(checkLadder(files), 'src/key/key.ts', /upward never/);
});

test('neighbours on one rung give each other types only', () => {
  const user = { 'src/user/user.ts': '' };
  const types = checkout({ ...user, 'src/tenant/tenant.ts': "import type { User } from '../user/user.ts';" });
  assert.deepEqual(checkLadder(types), []);
  const values = checkout({ ...user, 'src/tenant/tenant.ts': "import { type User } from '../user/user.ts';" });
  assertBroken(checkLadder(values), 'src/tenant/tenant.ts', /neighbours on rung 2/);
});

test('only the list of endpoints imports an -api file', () => {
  const api = { 'src/client/client-api.ts': '' };
  assert.deepEqual(
    checkLadder(checkout({ ...api, 'src/management-endpoints.ts': "import './client/client-api.ts';" })),
    [],
  );
  const router = checkout({ ...api, 'src/management/router.ts': "import type { A } from '../client/client-api.ts';" });
  assertBroken(checkLadder(router), 'src/management/router.ts', /only management-endpoints\.ts imports/);
  const sibling = checkout({ ...api, 'src/client/client-grant-api.ts': "import { a } from './client-api.ts';" });
  assertBroken(checkLadder(sibling), 'src/client/client-grant-api.ts', /only management-endpoints\.ts imports/);
});

test('an -api file stands above the router and the endpoints', () => {
  const files = checkout({
    'src/management/pagination.ts': '',
    'src/user/user-api.ts': "import { page } from '../management/pagination.ts';",
  });
  assert.deepEqual(checkLadder(files), []);
});

test('a folder without a rung is refused', () => {
  assertBroken(checkLadder(checkout({ 'src/billing/invoice.ts': '' })), 'src/billing/invoice.ts', /a rung/);
  assertBroken(checkLadder(checkout({ 'src/start.ts': '' })), 'src/start.ts', /a rung/);
});

test('an import of a file that is not there, or without its ending, is refused', () => {
  const files = checkout({ 'src/key/key.ts': '', 'src/key/key-ring.ts': "import { Key } from './key';" });
  assertBroken(checkLadder(files), 'src/key/key-ring.ts', /ending \.ts/);
});

test('a directory knows nothing of clients, and only the database directory knows credentials', () => {
  const client = checkout({
    'src/client/client.ts': '',
    'src/directory/directory.ts': "import type { Client } from '../client/client.ts';",
  });
  assertBroken(checkLadder(client), 'src/directory/directory.ts', /nothing of clients/);
  const store = { 'src/directory/database/credential-store.ts': '' };
  const grant = "import { find } from '../directory/database/credential-store.ts';";
  assertBroken(checkLadder(checkout({ ...store, 'src/grant/a.ts': grant })), 'src/grant/a.ts', /knows credentials/);
  assert.deepEqual(checkLadder(checkout({ ...store, 'src/user/user-api.ts': grant })), []);
});

test('nothing imports a test, and a test may import what it likes', () => {
  const files = checkout({
    'src/app.ts': '',
    'src/lib/id.test.ts': "import { app } from '../app.ts';",
    'src/lib/id.ts': "import { made } from './id.test.ts';",
  });
  assertBroken(checkLadder(files), 'src/lib/id.ts', /nothing imports a test/);
});

test('a noun file imports no sibling, save the types of plain values', () => {
  const other = { 'src/user/profile.ts': '', 'src/user/user-store.ts': '' };
  const check = (text: string): Violation[] => checkNounFolders(checkout({ ...other, 'src/user/user.ts': text }));
  assert.deepEqual(check("import type { Profile } from './profile.ts';"), []);
  assertBroken(check("import { profile } from './profile.ts';"), 'src/user/user.ts', /imports no sibling/);
  assertBroken(check("import type { Row } from './user-store.ts';"), 'src/user/user.ts', /imports no sibling/);
});

test('a file with a store of its own is a noun file too', () => {
  const files = checkout({
    'src/client/client.ts': '',
    'src/client/client-grant-store.ts': "import { a } from './client-grant.ts';",
    'src/client/client-grant.ts': "import { b } from './client.ts';",
  });
  assert.ok(checkNounFolders(files).some(({ file }) => file === 'src/client/client-grant.ts'));
});

test('a store imports records, neither behaviour nor other stores', () => {
  const other = {
    'src/client/client.ts': '',
    'src/client/client-grant-store.ts': '',
    'src/client/client-authentication.ts': "import { find } from './client-grant-store.ts';",
  };
  const check = (text: string): Violation[] => {
    return checkNounFolders(checkout({ ...other, 'src/client/client-store.ts': text }));
  };
  assert.deepEqual(check("import { toClient } from './client.ts';"), []);
  assertBroken(
    check("import { a } from './client-grant-store.ts';"),
    'src/client/client-store.ts',
    /nothing that acts/,
  );
  assertBroken(
    check("import { a } from './client-authentication.ts';"),
    'src/client/client-store.ts',
    /nothing that acts/,
  );
});

test('imports that run in a circle are found, unless they are gone or not yet there at run time', () => {
  const check = (back: string): Violation[] => {
    return checkCircles(checkout({ 'src/grant/a.ts': "import { b } from './b.ts';", 'src/grant/b.ts': back }));
  };
  assertBroken(check("import { a } from './a.ts';"), 'src/grant/a.ts', /one way/);
  assert.deepEqual(check("import type { A } from './a.ts';"), []);
  assert.deepEqual(check("export const a = () => import('./a.ts');"), []);
});

test('each library is refused outside its folders and accepted inside', () => {
  const cases: [specifier: string, inside: string, outside: string][] = [
    ['kysely', 'src/user/user-store.ts', 'src/user/user.ts'],
    ['better-sqlite3', 'src/storage/database.ts', 'src/user/user-store.ts'],
    ['fastify', 'src/oauth/token-endpoint.ts', 'src/grant/grant.ts'],
    ['@fastify/cors', 'src/user/user-api.ts', 'src/app.ts'],
    ['jose', 'src/key/key-ring.ts', 'src/client/client-authentication.ts'],
    ['node:child_process', 'src/sandbox/sandbox-pool.ts', 'src/cli/serve.ts'],
    ['child_process', 'src/storage/database.ts', 'src/rule/rule-pipeline.ts'],
    ['ldapts', 'src/directory/ldap/ldap-client.ts', 'src/directory/directory-registry.ts'],
    ['@node-rs/argon2', 'src/directory/database/password-hash.ts', 'src/user/user-api.ts'],
    ['bcrypt', 'src/directory/database/password-hash.ts', 'src/client/client.ts'],
  ];
  for (const [specifier, inside, outside] of cases) {
    const text = `import * as library from '${specifier}';`;
    assert.deepEqual(checkPackages([{ path: inside, text }], [specifier]), [], `${specifier} in ${inside}`);
    assertBroken(checkPackages([{ path: outside, text }], [specifier]), outside, /only/);
  }
});

test('the server imports only packages that are installed with it', () => {
  const file = {
    path: 'src/lib/logger.ts',
    text: "import fc from 'fast-check/part';\nimport type { A } from 'pino-types';",
  };
  assertBroken(checkPackages([file], ['pino']), 'src/lib/logger.ts', /devDependencies/);
  assert.deepEqual(checkPackages([file], ['fast-check']), []);
});

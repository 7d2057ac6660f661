// The file of users that docs/user-import.md shows comes in as it stands there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openCommandLine } from '../support/command-line.ts';

test('the file in docs/user-import.md is imported without an error', async () => {
  const page = readFileSync('docs/user-import.md', 'utf8');
  const [, file = ''] = /^```json\n(.*?)^```/ms.exec(page) ?? [];
  const line = await openCommandLine();
  try {
    const tenant = { tenant: { name: 'acme', domains: ['login.example.com'] }, databases: [{ name: 'Users' }] };
    await line.succeed(['apply', line.write('tenant.yaml', tenant)]);
    const { stdout } = await line.succeed(['user', 'import', line.write('users.json', file), '--connection', 'Users']);
    assert.match(stdout, /^2 users: 2 added/);
  } finally {
    await line.close();
  }
});

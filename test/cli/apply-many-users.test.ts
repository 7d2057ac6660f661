// Applying a file hashes its passwords in the slots there are and waits for them: a long file is not too much to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { applyTo } from '../../src/cli/apply.ts';
import { readTenantFile } from '../../src/declaration/tenant-file.ts';
import { DATABASE, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';

test('a file with many passwords is applied', async () => {
  const server = await startServer({ options: { hash_slots: 1 } });
  const users = Array.from({ length: 8 }, (_, i) => ({
    connection: DATABASE,
    email: `u${i}@example.com`,
    password: `pw ${i}`,
  }));
  const file = readTenantFile('many.yaml', stringify({ tenant: SAMPLE_TENANT.tenant, users }), {});
  const { changes } = await applyTo(server.ground, file, null, { operation: 'gatehouse apply' });
  assert.equal(changes.filter((change) => change.action === 'created').length, 8);
  const answer = await server.token({ ...SEED_REQUEST, username: 'u7@example.com', password: 'pw 7' });
  assert.equal(answer.statusCode, 200);
  await server.close();
});

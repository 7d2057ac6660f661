// What somebody who reads the whole database finds: no secret, no private key. And how master keys reach the server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { OptionsSchema, SECRET_OPTIONS } from '../../src/config/config.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import type { Schema } from '../../src/storage/schema.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { tokensFor } from '../support/injected-request.ts';
import { BACKEND_SECRET, BASIC_SECRET, HS256_SECRET, PASSWORD, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';

test('no table holds a secret, a password, a token or a private key in the clear [T-45]', async () => {
  const server = await startServer();
  const { sql } = server.ground.database;
  const tokens = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  const tables = await sql.introspection.getTables();
  const dumps = await Promise.all(
    tables.map(({ name }) =>
      sql
        .selectFrom(name as keyof Schema)
        .selectAll()
        .execute(),
    ),
  );
  const dump = JSON.stringify(dumps);
  assert.ok(dump.includes('acme'));
  const keys = await server.app.stores.keys.list((await sampleTenantOf(server)).id);
  const privateMembers = keys.map(({ privateKey }) => privateKey.export({ format: 'jwk' }).d ?? '');
  assert.ok(privateMembers.every((member) => member.length > 100));
  const secrets = [BACKEND_SECRET, BASIC_SECRET, HS256_SECRET, PASSWORD, 'PRIVATE KEY', ...privateMembers];
  for (const secret of [...secrets, tokens.access_token, tokens.id_token ?? '']) {
    assert.equal(dump.includes(secret), false, secret.slice(0, 12));
  }
  await server.close();
});

test('previous master keys are a list in the environment, or one a line in a file, and no flags', async () => {
  const load = async (environment: Record<string, string>) =>
    (await loadConfiguration({ file: null, environment, flags: {} })).previousMasterKeys.map((key) => key.reveal());
  assert.deepEqual(await load({}), []);
  assert.deepEqual(await load({ GATEHOUSE_PREVIOUS_MASTER_KEYS: 'one, two' }), ['one', 'two']);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
  const path = join(folder, 'previous.keys');
  writeFileSync(path, 'one\ntwo\n');
  assert.deepEqual(await load({ GATEHOUSE_PREVIOUS_MASTER_KEYS_FILE: path }), ['one', 'two']);
  rmSync(folder, { recursive: true });
  for (const name of SECRET_OPTIONS) assert.ok(name in OptionsSchema.properties, name);
});

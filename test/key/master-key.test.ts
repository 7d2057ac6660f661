// The master keys: which ones a database needs, and moving everything from one to the next while the server runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { checkMasterKey } from '../../src/storage/master-key.ts';
import { rotateMasterKey } from '../../src/storage/master-key-rotation.ts';
import { SEALED_COLUMNS } from '../../src/storage/sealed-column.ts';
import { createVault, masterKeyId, sealPrefix, type Vault } from '../../src/storage/vault.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, HS256_API, HS256_SECRET, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithSecret } from '../support/verify-token.ts';

/** The key of the test server's own vault. */
const OLD = Buffer.alloc(32, 7);
const NEW = Buffer.alloc(32, 8);
const OTHER = Buffer.alloc(32, 9);

let server: TestServer;
before(async () => {
  server = await startServer();
  await checkMasterKey(server.ground.database, OLD);
});
after(() => server.close());

/** The same installation, started with another vault. */
function startedWith(vault: Vault): TestServer {
  const app = createApp({ ...server.ground, vault });
  const token: TestServer['token'] = (body, headers = {}) =>
    app.server.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { host: 'tenant.example.test', 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
  return { ...server, app, token };
}

/** Everything sealed is needed and works: a client secret, a signing key, the secret of an API. */
async function assertWorks(node: TestServer): Promise<void> {
  const request = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
  const { access_token: token } = await tokensFor(node, { ...request, scope: 'openid' });
  assert.equal((await getUserinfo(node, token)).statusCode, 200);
  const legacy = await tokensFor(node, { ...request, audience: HS256_API, scope: 'read:legacy' });
  await verifyWithSecret(node, legacy.access_token, HS256_SECRET);
}

async function sealedValues(): Promise<string[]> {
  const { sql } = server.ground.database;
  const [clients, apis, keys] = await Promise.all([
    sql.selectFrom('clients').select('client_secret_sealed as sealed').execute(),
    sql.selectFrom('resource_servers').select('signing_secret_sealed as sealed').execute(),
    sql.selectFrom('signing_keys').select('private_key_sealed as sealed').execute(),
  ]);
  return [...clients, ...apis, ...keys].flatMap(({ sealed }) => (sealed === null ? [] : [sealed]));
}

const keysInUse = async () => {
  const rows = await server.ground.database.sql.selectFrom('master_keys').select('key_id').execute();
  return rows.map((row) => row.key_id).toSorted();
};

test('what is sealed names its master key, and a vault of several opens them all and seals with the newest [T-45]', () => {
  const [old, both] = [createVault(OLD), createVault(NEW, [OLD])];
  const sealed = old.seal('secret', 'place');
  assert.ok(sealed.startsWith(sealPrefix(masterKeyId(OLD))));
  assert.equal(both.open(sealed, 'place'), 'secret');
  const resealed = both.seal('secret', 'place');
  assert.ok(resealed.startsWith(sealPrefix(masterKeyId(NEW))));
  assert.equal(createVault(NEW).open(resealed, 'place'), 'secret');
  assert.throws(() => old.open(resealed, 'place'), /was not given/);
  assert.throws(() => both.open(sealed, 'another place'));
  assert.throws(() => both.open(resealed.replace(masterKeyId(NEW), masterKeyId(OLD)), 'place'));
});

test('a value of the first versions, which names no key, opens under any key of the vault [T-45]', () => {
  const sealed = createVault(OLD).seal('secret', 'place').slice(9);
  assert.equal(createVault(NEW, [OTHER, OLD]).open(sealed, 'place'), 'secret');
  assert.throws(() => createVault(NEW, [OTHER]).open(sealed, 'place'));
});

test('two purposes of one key have nothing in common', () => {
  const vault = createVault(OLD);
  const sealed = vault.sealer('one').seal('secret', 'place');
  assert.equal(vault.sealer('one').open(sealed, 'place'), 'secret');
  assert.throws(() => vault.sealer('other').open(sealed, 'place'));
  assert.throws(() => vault.open(sealed, 'place'));
});

test('one master key may not be given twice', () => {
  assert.throws(() => createVault(OLD, [OLD]), /twice/);
});

test('a start with another master key is refused', async () => {
  const { database } = server.ground;
  await assert.rejects(checkMasterKey(database, NEW), /written under another master key/);
  await assert.rejects(checkMasterKey(database, NEW, [OTHER]), /written under another master key/);
  assert.deepEqual(await keysInUse(), [masterKeyId(OLD)]);
});

test('a database of the first versions, which kept one nameless check value, is taken over', async () => {
  const first = await startServer();
  const { database } = first.ground;
  await checkMasterKey(database, OLD);
  const row = await database.sql.selectFrom('master_keys').select('check_value').executeTakeFirstOrThrow();
  await database.sql.deleteFrom('master_keys').execute();
  await database.sql.insertInto('master_key').values({ id: 1, check_value: row.check_value }).execute();
  await assert.rejects(checkMasterKey(database, NEW), /written under another master key/);
  await checkMasterKey(database, NEW, [OLD]);
  await assert.rejects(checkMasterKey(database, NEW), /Add it to GATEHOUSE_PREVIOUS_MASTER_KEYS/);
  await first.close();
});

test('every sealed column of the database is in the list that a rotation goes through [T-45]', async () => {
  const tables = await server.ground.database.sql.introspection.getTables();
  const found = tables.flatMap((table) =>
    table.columns.filter(({ name }) => name.endsWith('_sealed')).map(({ name }) => `${table.name}.${name}`),
  );
  assert.deepEqual(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).toSorted(), found.toSorted());
});

test('a rotation of the master key that is cut short is finished by the next one, and nothing stops working [T-45]', async () => {
  const { database } = server.ground;
  const opaque = (await tokensFor(server, { ...SEED_REQUEST, audience: undefined, scope: 'openid' })).access_token;
  const vault = createVault(NEW, [OLD]);
  await checkMasterKey(database, NEW, [OLD]);
  const node = startedWith(vault);
  await assertWorks(node);
  const sealed = await sealedValues();

  const cutShort = rotateMasterKey(database, vault, {
    batchSize: 1,
    onProgress: ({ resealed, total }) => {
      assert.equal(total, sealed.length);
      if (resealed === 2) throw new Error('The power went.');
    },
  });
  await assert.rejects(cutShort, /The power went/);
  const isNew = (value: string) => value.startsWith(sealPrefix(vault.keyId));
  assert.equal((await sealedValues()).filter(isNew).length, 2);
  assert.deepEqual(await keysInUse(), [masterKeyId(OLD), masterKeyId(NEW)].toSorted());
  await assert.rejects(checkMasterKey(database, NEW), /Add it to GATEHOUSE_PREVIOUS_MASTER_KEYS/);
  await assert.rejects(checkMasterKey(database, OLD), /master key/);
  await assertWorks(startedWith(createVault(NEW, [OLD])));
  assert.equal((await getUserinfo(node, opaque)).statusCode, 200);

  const steps: number[] = [];
  const report = await rotateMasterKey(database, vault, { onProgress: ({ resealed }) => steps.push(resealed) });
  assert.deepEqual(report, { resealed: sealed.length - 2, retiredKeys: [masterKeyId(OLD)] });
  assert.equal(steps.at(-1), sealed.length - 2);
  assert.ok((await sealedValues()).every(isNew));
  assert.deepEqual(await keysInUse(), [masterKeyId(NEW)]);
  assert.equal((await getUserinfo(node, opaque)).statusCode, 200, 'an opaque token of the old key, while it is given');

  await checkMasterKey(database, NEW);
  await assertWorks(startedWith(createVault(NEW)));
  await assert.rejects(checkMasterKey(database, OLD), /written under another master key/);
  assert.deepEqual(await rotateMasterKey(database, createVault(NEW)), { resealed: 0, retiredKeys: [] });
});

test('a value that no key opens stops the rotation, and the old key stays in use [T-45]', async () => {
  const broken = await startServer();
  const { database } = broken.ground;
  await checkMasterKey(database, OLD);
  const foreign = createVault(OTHER).seal('secret', 'elsewhere');
  await database.sql
    .updateTable('clients')
    .set({ client_secret_sealed: foreign })
    .where('client_id', '=', BACKEND_CLIENT)
    .execute();
  await checkMasterKey(database, NEW, [OLD]);
  await assert.rejects(
    rotateMasterKey(database, createVault(NEW, [OLD])),
    /clients.client_secret .* none of the master keys/,
  );
  await assert.rejects(checkMasterKey(database, NEW), /Add it to GATEHOUSE_PREVIOUS_MASTER_KEYS/);
  await broken.close();
});

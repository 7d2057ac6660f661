// A client's secret is changed while the client goes on working, and what the server does for a secret tells nothing of it.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { stringify } from 'yaml';
import { rotateClientSecret } from '../../src/client/rotate-client-secret.ts';
import { applyTenantFile } from '../../src/declaration/apply.ts';
import { describeMember } from '../../src/declaration/difference.ts';
import { readTenantFile } from '../../src/declaration/tenant-file.ts';
import { createHasher } from '../../src/ground.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { basic } from '../support/injected-request.ts';
import { KEY_MACHINE, MACHINE, MACHINE_REQUEST, MACHINE_SECRET, MACHINE_TENANT } from '../support/machine-tenant.ts';
import { assertLogged, assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import { PUBLIC_CLIENT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ tenant: MACHINE_TENANT });
});
afterEach(() => server.close());

const UNAUTHORIZED: Refusal = [401, 'access_denied', 'Unauthorized'];

async function rotate(keepOldForSeconds: number, clientId: string = MACHINE) {
  const { app, ground, clock } = server;
  const { id } = await sampleTenantOf(server);
  const settings = { keepOldForSeconds, now: clock.now() };
  const rotation = await ground.database.transaction((sql) =>
    rotateClientSecret(app.stores.clients, id, clientId, settings, sql),
  );
  // Another process would see the change within a second.
  clock.advance(1000);
  return rotation;
}

async function rotated(keepOldForSeconds: number): Promise<string> {
  const rotation = await rotate(keepOldForSeconds);
  assert.ok(rotation.kind === 'rotated');
  return rotation.secret.reveal();
}

const tokenWith = (secret: string) => server.token({ ...MACHINE_REQUEST, client_secret: secret });

test('after a rotation the new secret works, and the old one until its time is over [T-11]', async () => {
  const before = server.clock.now();
  const rotation = await rotate(3600);
  assert.ok(rotation.kind === 'rotated');
  const secret = rotation.secret.reveal();
  assert.match(secret, /^[\w-]{64}$/);
  assert.equal(rotation.previousExpiresAt, before + 3_600_000);
  for (const known of [secret, MACHINE_SECRET]) assert.equal((await tokenWith(known)).statusCode, 200);
  server.clock.advance(3_598_999);
  assert.equal((await tokenWith(MACHINE_SECRET)).statusCode, 200);
  server.clock.advance(1);
  const late = await tokenWith(MACHINE_SECRET);
  assertRefused(late, UNAUTHORIZED);
  await assertLogged(server, late, 'feccft', 'wrong-client-secret');
  assert.equal((await tokenWith(secret)).statusCode, 200);
});

test('both secrets work in a Basic header too', async () => {
  const secret = await rotated(60);
  const { client_id: _, client_secret: __, ...request } = MACHINE_REQUEST;
  for (const known of [secret, MACHINE_SECRET]) {
    const answer = await server.token(request, { authorization: basic(MACHINE, known) });
    assert.equal(answer.statusCode, 200, answer.body);
  }
});

test('with no time to keep it the old secret stops at once [T-11]', async () => {
  const secret = await rotated(0);
  assertRefused(await tokenWith(MACHINE_SECRET), UNAUTHORIZED);
  assert.equal((await tokenWith(secret)).statusCode, 200);
});

test('a second rotation ends the first: two secrets work, never three', async () => {
  const first = await rotated(3600);
  const second = await rotated(3600);
  assertRefused(await tokenWith(MACHINE_SECRET), UNAUTHORIZED);
  for (const known of [first, second]) assert.equal((await tokenWith(known)).statusCode, 200);
});

test('a client without a secret, and one that nobody knows, have none to rotate', async () => {
  assert.deepEqual(await rotate(60, PUBLIC_CLIENT), { kind: 'without-secret' });
  assert.deepEqual(await rotate(60, KEY_MACHINE), { kind: 'without-secret' });
  assert.deepEqual(await rotate(60, 'Nobody'), { kind: 'unknown-client' });
});

for (const seconds of [-1, 0.5, Number.NaN, 30 * 24 * 3600 + 1]) {
  test(`the old secret cannot be kept for ${seconds} seconds`, async () => {
    await assert.rejects(rotate(seconds), RangeError);
    assert.equal((await tokenWith(MACHINE_SECRET)).statusCode, 200);
  });
}

test('neither secret can be read in the database', async () => {
  const secret = await rotated(60);
  const row = await server.ground.database.sql
    .selectFrom('clients')
    .selectAll()
    .where('client_id', '=', MACHINE)
    .executeTakeFirstOrThrow();
  assert.ok(row.previous_secret_sealed);
  const text = JSON.stringify(row);
  assert.ok(!text.includes(secret) && !text.includes(MACHINE_SECRET));
});

test('a tenant file that names no secret leaves a rotation alone, and one that names another ends it', async () => {
  const secret = await rotated(3600);
  const withoutSecret = MACHINE_TENANT.clients.map((client) => {
    const { client_secret: _, ...rest } = client as { client_secret?: string };
    return rest;
  });
  await server.apply({ ...MACHINE_TENANT, clients: withoutSecret });
  for (const known of [secret, MACHINE_SECRET]) assert.equal((await tokenWith(known)).statusCode, 200);
  const third = 'a third secret of the machine client';
  const withAnother = withoutSecret.map((client) =>
    (client as { client_id?: string }).client_id === MACHINE ? { ...client, client_secret: third } : client,
  );
  await server.apply({ ...MACHINE_TENANT, clients: withAnother });
  for (const old of [secret, MACHINE_SECRET]) assertRefused(await tokenWith(old), UNAUTHORIZED);
  assert.equal((await tokenWith(third)).statusCode, 200);
});

test('a secret that a file changes is told as changed, without the old one or the new one [L-08]', async () => {
  const secret = await rotated(3600);
  const another = 'another secret of the machine client';
  const clients = MACHINE_TENANT.clients.map((client) =>
    client.client_id === MACHINE ? { ...client, client_secret: another } : client,
  );
  const { ground, app, clock } = server;
  const { changes } = await applyTenantFile(
    { database: ground.database, stores: app.stores, hasher: createHasher(ground), clock, defaultDomains: null },
    readTenantFile('test.yaml', stringify({ ...MACHINE_TENANT, clients }), {}),
  );
  const { action, members = [] } = changes.find(({ name }) => name.includes(MACHINE)) ?? {};
  assert.equal(action, 'updated');
  assert.deepEqual(members.slice(0, 2).map(describeMember), [
    'client_secret: changed (secret)',
    'previous_secret: changed (secret)',
  ]);
  const told = JSON.stringify(changes);
  for (const value of [secret, another, MACHINE_SECRET]) assert.ok(!told.includes(value));
});

test('every wrong secret costs the same storage calls and the same digests, and is answered alike [T-11]', async () => {
  const secret = await rotated(60);
  const wrongFirst = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
  const wrongLast = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
  const cases: Record<string, Record<string, string | null>> = {
    'wrong first byte': { client_secret: wrongFirst },
    'wrong last byte': { client_secret: wrongLast },
    'wrong length': { client_secret: 'x' },
    'no secret': { client_secret: null },
    'previous secret, wrong last byte': { client_secret: `${MACHINE_SECRET.slice(0, -1)}x` },
    'unknown client': { client_id: 'Nobody', client_secret: secret },
    'unknown client without a secret': { client_id: 'Nobody', client_secret: null },
    'public key client': { client_id: KEY_MACHINE, client_secret: secret },
  };
  // The previous secret is the very one that worked, now that its time is over.
  const late = { 'expired previous secret': { client_secret: MACHINE_SECRET }, ...cases };
  const seen = new Map<string, unknown>();
  for (const [when, rows] of [
    ['in time', cases],
    ['late', late],
  ] as const) {
    if (when === 'late') server.clock.advance(60_000);
    for (const [name, change] of Object.entries(rows)) {
      seen.set(`${when}: ${name}`, await workOf(() => server.token({ ...MACHINE_REQUEST, ...change })));
    }
  }
  const [expected] = seen.values();
  for (const [name, work] of seen) assert.deepEqual(work, expected, name);
});

/** What a request cost from an empty cache, and how it was answered. */
async function workOf(send: () => ReturnType<TestServer['token']>): Promise<unknown> {
  server.app.forgetConfiguration();
  server.statements.length = 0;
  const createHash = mock.method(crypto, 'createHash');
  syncBuiltinESMExports();
  try {
    const answer = comparable(await send());
    return { answer, digests: createHash.mock.callCount(), statements: [...server.statements] };
  } finally {
    createHash.mock.restore();
    syncBuiltinESMExports();
  }
}

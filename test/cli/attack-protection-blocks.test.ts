// What attack protection refuses, as the command line lists and lifts it. The attempts are written as a server writes them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_ATTACK_PROTECTION } from '../../src/attack-protection/attack-protection-wire.ts';
import { countersOf } from '../../src/attack-protection/attempt-counter.ts';
import { attemptKeysOf } from '../../src/attack-protection/attempt-keys.ts';
import { createAttemptStore } from '../../src/attack-protection/attempt-store.ts';
import { addressBucket } from '../../src/lib/network-address.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { readDatabaseClock } from '../../src/storage/database-clock.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createStores } from '../../src/stores.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { DATABASE, SAMPLE_TENANT, USER, USER_ID } from '../support/sample-tenant.ts';

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', SAMPLE_TENANT)]);
});
after(() => line.close());

interface Attempts {
  readonly identifier: string;
  readonly ip: string;
  readonly times: number;
  readonly how?: 'failed' | 'succeeded';
  /** Null for a name that nobody has. */
  readonly userId?: string | null;
  readonly connection?: string;
}

async function attempted({ identifier, ip, times, ...others }: Attempts): Promise<void> {
  const { how = 'failed', userId = how === 'failed' ? USER_ID : null, connection = DATABASE } = others;
  const database = await openDatabase(line.databaseUrl);
  try {
    const vault = createVault(Buffer.from(line.environment['GATEHOUSE_MASTER_KEY'] ?? '', 'base64'));
    const stores = createStores({ database, vault });
    const [tenant] = await stores.tenants.list();
    assert.ok(tenant);
    const found = (await stores.connections.list(tenant.id)).find(({ name }) => name === connection);
    assert.ok(found);
    const attempt = { tenantId: tenant.id, connectionId: found.id, clientId: 'client', identifier, ip };
    const keys = attemptKeysOf((value) => vault.keyedHash(value), attempt);
    const source = { address: addressBucket(ip), countsFailures: true, countsAddress: true };
    const counters = countersOf(DEFAULT_ATTACK_PROTECTION, keys, source);
    const meant = how === 'failed' ? counters : counters.filter(({ chargesSuccess }) => chargesSuccess);
    const at = Math.floor((await readDatabaseClock(database)) ?? Date.now());
    const attempts = createAttemptStore(database.sql);
    for (let made = 0; made < times; made += 1) {
      const { query } = attempts.endOf(tenant.id, meant, { how, reservedAt: at, at, userId });
      await database.sql.executeQuery(query);
    }
  } finally {
    await database.close();
  }
}

const run = async (...args: string[]) => (await line.succeed(['attack-protection', ...args])).stdout;

test('a block is listed in plain words with user, address and end, and in JSON, and lifting says what was lifted', async () => {
  assert.equal(await run('blocks'), 'Nothing is blocked.\n');
  await attempted({ identifier: USER, ip: '192.0.2.1', times: 10 });
  const [head, row, ...others] = (await run('blocks')).trimEnd().split('\n');
  assert.match(String(head), /^blocked +user +address +until$/);
  assert.match(String(row), /^a name from one address +auth0\|67e9930075b689b7db2688df +192\.0\.2\.1 +\d{4}-.*Z$/);
  assert.deepEqual(others, []);
  const [block] = JSON.parse(await run('blocks', '--json')) as Record<string, unknown>[];
  assert.deepEqual(
    [block?.['kind'], block?.['user_id'], block?.['address']],
    ['identifier_and_ip', USER_ID, '192.0.2.1'],
  );
  assert.equal(
    await run('unblock', '--user', USER_ID),
    `${USER_ID} may try again. Lifted: a name from one address (1).\n`,
  );
  assert.equal(await run('blocks'), 'Nothing is blocked.\n');
  await run('unblock', '--ip', '192.0.2.1');
});

for (const called of [USER, USER.toUpperCase(), 'sam', USER_ID]) {
  test(`called ${called}, all names of a user are unblocked`, async () => {
    for (const identifier of [USER, 'sam']) await attempted({ identifier, ip: '192.0.2.2', times: 10 });
    assert.match(await run('unblock', '--user', called), /Lifted: a name from one address \(2\)\.$/m);
    await run('unblock', '--ip', '192.0.2.2');
    assert.equal(await run('blocks'), 'Nothing is blocked.\n');
  });
}

test('a name that nobody has is listed and unblocked as it was typed', async () => {
  await attempted({ identifier: 'nobody@example.com', ip: '192.0.2.3', times: 10, userId: null });
  assert.match(await run('blocks'), /^a name from one address +a name nobody has +192\.0\.2\.3 /m);
  assert.match(await run('unblock', '--user', ' Nobody@Example.com'), /may try again/);
  assert.equal(await run('blocks'), 'Nothing is blocked.\n');
});

test('somebody who logs in too often is not called nobody', async () => {
  await attempted({ identifier: USER, ip: '192.0.2.4', times: 20, how: 'succeeded' });
  assert.match(await run('blocks'), /^too many logins of a user +not known +192\.0\.2\.4 /m);
  assert.match(await run('unblock', '--user', USER), /Lifted: too many logins of a user \(1\)/);
});

test('with a connection named, the name stays blocked in the others', async () => {
  for (const connection of [DATABASE, 'Second']) {
    await attempted({ identifier: 'nobody', ip: '192.0.2.5', times: 10, userId: null, connection });
  }
  assert.match(await run('unblock', '--user', 'nobody', '--connection', 'Second'), /address \(1\)/);
  assert.match(await run('unblock', '--user', 'nobody'), /address \(1\)/);
});

test('an address is let in again in any spelling, and what is blocked from there otherwise is said', async () => {
  await attempted({ identifier: USER, ip: '2001:db8::1', times: 100 });
  const { stdout, stderr } = await line.succeed([
    ...['attack-protection', 'unblock', '--ip', '2001:0DB8::FFFF'],
    '--json',
  ]);
  assert.deepEqual(JSON.parse(stdout), { unblocked: '2001:db8::/64', counters: 1, blocks: { address: 1 } });
  assert.match(stderr, /^Still blocked from 2001:db8::\/64: a name from one address \(1\)/m);
  assert.match(
    await run('unblock', '--user', USER),
    /Lifted: a name from unknown sources \(1\), a name from one address \(1\)/,
  );
});

test('lifting says when nothing was blocked, and when nothing was counted', async () => {
  await attempted({ identifier: USER, ip: '192.0.2.6', times: 3 });
  assert.equal(await run('unblock', '--user', USER), `${USER} was not blocked. What was counted is forgotten.\n`);
  assert.equal(await run('unblock', '--user', USER), `Nothing was counted of ${USER}, and nothing blocked.\n`);
});

test('user unblock says where to look when attack protection refuses the user', async () => {
  const unblock = async () => line.succeed(['user', 'unblock', 'sam']);
  const untroubled = await unblock();
  assert.equal(untroubled.stdout, 'No administrator had blocked sam.\n');
  assert.equal(untroubled.stderr, '');
  await attempted({ identifier: USER, ip: '192.0.2.7', times: 10 });
  const words =
    /^Attack protection refuses sam: a name from one address \(1\)\. .*`gatehouse attack-protection unblock --user sam`\.$/m;
  assert.match((await unblock()).stderr, words);
  await line.succeed(['user', 'block', 'sam']);
  const both = await unblock();
  assert.equal(both.stdout, 'unblocked user sam\n');
  assert.match(both.stderr, words);
});

test('a list that was cut says so', async () => {
  await attempted({ identifier: USER, ip: '192.0.2.8', times: 10 });
  const cut = await line.succeed(['attack-protection', 'blocks', '--limit', '1']);
  assert.match(cut.stderr, /the first 1; see more with --limit/);
});

test('what cannot be unblocked is refused', async () => {
  for (const [args, words] of [
    [[], /Say either --user NAME or --ip ADDRESS/],
    [['--user', 'a', '--ip', '192.0.2.1'], /Say either/],
    [['--ip', 'somewhere'], /somewhere is no address/],
    [['--ip', '192.0.2.1', '--connection', DATABASE], /--connection goes with --user/],
    [['--user', 'a', '--connection', 'x'], /There is no connection x/],
  ] as const) {
    const { code, stderr } = await line.run(['attack-protection', 'unblock', ...args]);
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});

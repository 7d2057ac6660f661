// An operator sees and lifts blocks beside a running server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const installation = makeInstallation();
let server: ServedServer;
before(async () => {
  const tenant = {
    ...SAMPLE_TENANT,
    attackProtection: {
      sameUserRateLimit: { enabled: false },
      suspiciousIpThrottling: { stage: { 'pre-login': { max_attempts: 25 } } },
    },
  };
  const { code, stderr } = await installation.apply('tenant', tenant);
  assert.equal(code, 0, stderr);
  installation.environment['GATEHOUSE_TRUSTED_PROXIES'] = '127.0.0.1';
  server = await installation.serve();
});
after(() => installation.remove());

async function gatehouse(...args: string[]): Promise<string> {
  const all = ['attack-protection', ...args, '--data-dir', installation.dataDir];
  const { code, stdout, stderr } = await startGatehouse(all, installation.environment).ended;
  assert.equal(code, 0, stderr);
  return stdout;
}

async function login(address: string, change: object = {}): Promise<number> {
  return (await requestToken(server.port, { ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address })).status;
}

async function guess(address: string, times: number, username = USER): Promise<void> {
  for (let made = 0; made < times; made += 1) assert.equal(await login(address, { username, password: 'wrong' }), 403);
}

test('a block is listed with its user, address and end, and lifting it works at once', async () => {
  assert.match(await gatehouse('blocks'), /^Nothing is blocked\.$/m);
  await guess('192.0.2.1', 10);
  assert.equal(await login('192.0.2.1'), 429);
  const [block, ...others] = JSON.parse(await gatehouse('blocks', '--json')) as Record<string, string>[];
  assert.deepEqual(others, []);
  assert.deepEqual(
    [block?.['kind'], block?.['user_id'], block?.['address']],
    ['identifier_and_ip', USER_ID, '192.0.2.1'],
  );
  const days = (Date.parse(block?.['until'] ?? '') - Date.now()) / 86_400_000;
  assert.ok(days > 29.9 && days <= 30, String(days));
  assert.match(await gatehouse('blocks'), /a name from one address +auth0\|67e9930075b689b7db2688df +192\.0\.2\.1 /);
  assert.match(await gatehouse('unblock', '--user', USER_ID), /may try again/);
  assert.equal(await login('192.0.2.1'), 200);
  assert.match(await gatehouse('blocks'), /^Nothing is blocked\.$/m);
});

test('a name that nobody has is blocked and unblocked too', async () => {
  await guess('192.0.2.2', 10, 'nobody@example.com');
  assert.match(await gatehouse('blocks'), /a name nobody has +192\.0\.2\.2 /);
  await gatehouse('unblock', '--user', 'Nobody@Example.com');
  await guess('192.0.2.2', 1, 'nobody@example.com');
});

test('an address that was throttled is let in again', async () => {
  for (let name = 0; name < 25; name += 1) await guess('192.0.2.3', 1, `n${name}@example.com`);
  assert.equal(await login('192.0.2.3'), 429);
  assert.match(await gatehouse('blocks'), /an address +192\.0\.2\.3 /);
  assert.match(await gatehouse('unblock', '--ip', '::ffff:192.0.2.3'), /may try again/);
  assert.equal(await login('192.0.2.3'), 200);
  assert.match(await gatehouse('unblock', '--ip', '192.0.2.77'), /Nothing was counted/);
});

test('what cannot be unblocked is said plainly', async () => {
  for (const args of [
    [],
    ['--ip', 'somewhere'],
    ['--user', 'a', '--ip', '192.0.2.1'],
    ['--user', 'a', '--connection', 'x'],
  ]) {
    const all = ['attack-protection', 'unblock', ...args, '--data-dir', installation.dataDir];
    const { code, stderr } = await startGatehouse(all, installation.environment).ended;
    assert.equal(code, 1);
    assert.match(stderr, /--user|no address|no connection/);
  }
});

// /api/v2/attack-protection: the settings of what stands between a guesser and a password.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, assertBodiesRefused, insufficientScope, jsonOf } from '../support/api-answer.ts';
import { NO_SAME_USER_LIMIT } from '../support/guarded-server.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer({
    tenant: { ...MANAGED_TENANT, attackProtection: NO_SAME_USER_LIMIT },
    options: { trusted_proxies: ['127.0.0.1'] },
  });
});
afterEach(() => server.close());

const BRUTE_FORCE = '/attack-protection/brute-force-protection';
const SUSPICIOUS_IP = '/attack-protection/suspicious-ip-throttling';
const SIGN_UPS = { 'pre-user-registration': { max_attempts: 50, rate: 1200 } } as const;
const DEFAULTS = {
  [BRUTE_FORCE]: {
    enabled: true,
    shields: ['block'],
    mode: 'count_per_identifier_and_ip',
    allowlist: [],
    max_attempts: 10,
    account_ceiling: 100,
  },
  [SUSPICIOUS_IP]: {
    enabled: true,
    shields: ['block'],
    allowlist: [],
    stage: { 'pre-login': { max_attempts: 100, rate: 864_000 }, ...SIGN_UPS },
  },
} as const;

const patch = async (path: string, body: object) => jsonOf<object>(await server.api('PATCH', path, body), 200);
const login = async (address: string, change: object = {}) =>
  (await server.token({ ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address })).statusCode;
async function guess(address: string, times: number): Promise<void> {
  for (let made = 0; made < times; made += 1) await login(address, { password: 'wrong' });
}

test('both settings have Auth0’s defaults, change in part, and can be sent back as they are answered', async () => {
  for (const [path, stored] of Object.entries(DEFAULTS)) {
    assert.deepEqual(jsonOf(await server.api('GET', path), 200), stored);
    assert.deepEqual(await patch(path, { allowlist: ['10.0.0.0/8', '2001:db8::1'] }), {
      ...stored,
      allowlist: ['10.0.0.0/8', '2001:db8::1'],
    });
    assert.deepEqual(await patch(path, { enabled: false }), {
      ...stored,
      allowlist: ['10.0.0.0/8', '2001:db8::1'],
      enabled: false,
    });
    assert.deepEqual(await patch(path, stored), stored);
    assert.deepEqual(jsonOf(await server.api('GET', path), 200), stored);
  }
  // One does not touch the other, or what has no endpoint.
  for (let made = 0; made < 30; made += 1) assert.equal(await login('192.0.2.1'), 200);
});

test('max_attempts failures make a block, and a higher threshold ends it', async () => {
  await patch(BRUTE_FORCE, { max_attempts: 2 });
  await guess('192.0.2.1', 2);
  assert.equal(await login('192.0.2.1'), 429);
  assert.equal(await login('192.0.2.2'), 200);
  await patch(BRUTE_FORCE, { max_attempts: 5 });
  assert.equal(await login('192.0.2.1'), 200);
});

test('mode count_per_identifier blocks the name everywhere', async () => {
  await patch(BRUTE_FORCE, { mode: 'count_per_identifier', max_attempts: 2 });
  await guess('192.0.2.1', 1);
  await guess('192.0.2.2', 1);
  assert.equal(await login('192.0.2.3'), 429);
});

test('an address of the allowlist is not counted, and nothing is when the protection is off', async () => {
  await patch(BRUTE_FORCE, { max_attempts: 1, allowlist: ['192.0.2.0/25'] });
  await guess('192.0.2.1', 3);
  assert.equal(await login('192.0.2.1'), 200);
  await guess('192.0.2.200', 1);
  assert.equal(await login('192.0.2.200'), 429);
  await patch(BRUTE_FORCE, { enabled: false });
  assert.equal(await login('192.0.2.200'), 200);
});

test('an address spends its attempts on any names and gets them back at the rate', async () => {
  const stage = { 'pre-login': { max_attempts: 2, rate: 60_000 } };
  const stored = { ...DEFAULTS[SUSPICIOUS_IP], stage: { ...stage, ...SIGN_UPS } };
  assert.deepEqual(await patch(SUSPICIOUS_IP, { stage }), stored);
  for (const name of ['a', 'b']) await login('192.0.2.1', { username: `${name}@example.com` });
  assert.equal(await login('192.0.2.1'), 429);
  assert.equal(await login('192.0.2.2'), 200);
  server.clock.advance(60_000);
  assert.equal(await login('192.0.2.1'), 200);
  await login('192.0.2.1', { username: 'c@example.com' });
  assert.equal(await login('192.0.2.1'), 429);
  await patch(SUSPICIOUS_IP, { allowlist: ['192.0.2.1'] });
  assert.equal(await login('192.0.2.1'), 200);
});

test('a stage is sent whole: what it leaves out goes back to its default, and the other stage stays', async () => {
  const signUps = { 'pre-user-registration': { max_attempts: 7, rate: 9000 } };
  await patch(SUSPICIOUS_IP, { stage: signUps });
  await patch(SUSPICIOUS_IP, { stage: { 'pre-login': { max_attempts: 5, rate: 60_000 } } });
  assert.deepEqual(await patch(SUSPICIOUS_IP, { stage: { 'pre-login': { max_attempts: 6 } } }), {
    ...DEFAULTS[SUSPICIOUS_IP],
    stage: { 'pre-login': { max_attempts: 6, rate: 864_000 }, ...signUps },
  });
});

test('members that are unknown, of another type or out of bounds are refused, and nothing is changed', async () => {
  const both = [
    [{ no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
    [{ enabled: 'yes' }, /on property enabled\.$/],
    [{ allowlist: ['somewhere'] }, /on property allowlist\.0\.$/],
    [{ allowlist: '10.0.0.1' }, /on property allowlist\.$/],
    [{ shields: ['nothing'] }, /on property shields\.0\.$/],
    [{ shields: [] }, /must have block; set enabled to false for nothing.* on property shields\.$/],
    [{}, /^Payload validation error: 'Value must/],
  ] as const;
  await assertBodiesRefused(
    (body) => server.api('PATCH', BRUTE_FORCE, body),
    [
      ...both,
      [{ max_attempts: 0 }, /on property max_attempts\.$/],
      [{ max_attempts: 101 }, /on property max_attempts\.$/],
      [{ max_attempts: 2.5 }, /on property max_attempts\.$/],
      [{ mode: 'count_everything' }, /Allowed values: .* on property mode\.$/],
    ],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', SUSPICIOUS_IP, body),
    [
      ...both,
      [{ stage: { 'pre-login': { rate: 999 } } }, /on property stage\.pre-login\.rate\.$/],
      [{ stage: { 'pre-dinner': {} } }, /Additional properties not allowed: pre-dinner/],
    ],
  );
  for (const [path, stored] of Object.entries(DEFAULTS)) {
    assert.deepEqual(jsonOf(await server.api('GET', path), 200), stored);
    const token = await server.managementToken('read:attack_protection');
    assert.equal((await server.api('GET', path, undefined, token)).status, 200);
    const refused = await server.api('PATCH', path, { enabled: false }, token);
    assertApiRefused(refused, insufficientScope('update:attack_protection'));
  }
});

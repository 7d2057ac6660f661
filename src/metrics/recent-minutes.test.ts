// The last sixty minutes: what is kept of them, and that it is no more however much there is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../test/support/test-clock.ts';
import { createRecentMinutes } from './recent-minutes.ts';

test('each outcome is counted once, as a login, a failure, or one that was turned away', () => {
  const minutes = createRecentMinutes(createTestClock());
  const turningAway = ['temporarily_unavailable', 'too_many_attempts', 'too_many_logins', 'too_many_requests'] as const;
  for (const outcome of ['success', 'invalid_grant', 'server_error', ...turningAway] as const) {
    minutes.login('acme', outcome, 1);
  }
  const { logins, failures, turnedAway } = minutes.list('acme').at(-1) ?? assert.fail();
  assert.deepEqual([logins, failures, turnedAway], [1, 2, 4]);
});

test('tenants are told apart, and waits are everybody’s', () => {
  const minutes = createRecentMinutes(createTestClock());
  minutes.login('acme', 'success', 5);
  minutes.hashWait('admitted', 100);
  minutes.hashWait('full', 0);
  const last = minutes.list('other').at(-1);
  assert.deepEqual([last?.logins, last?.tookMsP50], [0, null]);
  assert.ok(last?.queueWaitMsP50 && last.queueWaitMsP50 >= 100);
});

test('a time is told at most a fifth too long, and never too short by more than its rounding', () => {
  for (const milliseconds of [1, 2, 3, 7, 19, 45.5, 100, 399, 2000, 9999, 20_000]) {
    const minutes = createRecentMinutes(createTestClock());
    minutes.login('acme', 'success', milliseconds);
    const told = minutes.list('acme').at(-1)?.tookMsP50 ?? assert.fail();
    assert.ok(told >= milliseconds - 0.5 && told <= milliseconds * 1.2 + 0.5, `${milliseconds} is told as ${told}`);
  }
});

test('half of the times are below the median, and one in a hundred is beyond the last quantile', () => {
  const minutes = createRecentMinutes(createTestClock());
  for (let made = 0; made < 98; made += 1) minutes.hashWait('admitted', 0);
  for (let made = 0; made < 2; made += 1) minutes.hashWait('admitted', 1000);
  const { queueWaitMsP50: half, queueWaitMsP99: nearlyAll } = minutes.list('acme').at(-1) ?? assert.fail();
  assert.equal(half, 0);
  assert.ok(nearlyAll !== null && nearlyAll >= 1000);
});

test('a minute takes the place of the one sixty before it, whichever way the clock is set', () => {
  const clock = createTestClock();
  const minutes = createRecentMinutes(clock);
  const loginsNow = () => minutes.list('acme').map(({ logins }) => logins);
  const nothing = Array.from({ length: 60 }, () => 0);
  minutes.login('acme', 'success', 1);
  for (const jump of [60 * 60_000, -30 * 60_000, 365 * 24 * 3_600_000]) {
    clock.jump(jump);
    minutes.login('acme', 'success', 1);
    assert.equal(loginsNow().at(-1), 1);
  }
  clock.jump(60 * 60_000);
  assert.deepEqual(loginsNow(), nothing);
});

test('however many tenants and logins there are, memory holds the last few tenants and no single login [T-42]', () => {
  const minutes = createRecentMinutes(createTestClock());
  const loginsOf = (name: string) => minutes.list(name).at(-1)?.logins;
  for (let tenant = 0; tenant < 300; tenant += 1) minutes.login(`tenant-${tenant}`, 'success', 1);
  assert.deepEqual([loginsOf('tenant-0'), loginsOf('tenant-43'), loginsOf('tenant-44')], [0, 0, 1]);
  const before = process.memoryUsage().arrayBuffers;
  for (let made = 0; made < 200_000; made += 1) minutes.login('tenant-299', 'success', made % 30_000);
  // Looking makes no tenant a place.
  for (let tenant = 0; tenant < 300; tenant += 1) minutes.list(`nobody-${tenant}`);
  assert.equal(loginsOf('tenant-299'), 200_001);
  assert.equal(loginsOf('tenant-44'), 1);
  assert.ok(process.memoryUsage().arrayBuffers <= before);
});

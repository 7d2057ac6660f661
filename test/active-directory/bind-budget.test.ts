// How many wrong passwords the domain hears of: so few that nobody can be locked out from here, whatever strangers do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AS_BACKEND, type DomainServer, payloadOf, startDomainServer } from '../support/domain-server.ts';
import { AD_PASSWORD, LOCKOUT_THRESHOLD, needsSamba, type Samba, startSamba } from '../support/samba.ts';

const skip = needsSamba();
const HALF_AN_HOUR_MS = 30 * 60_000;

let samba: Samba;
let server: DomainServer;
before(async () => {
  if (skip !== false) return;
  samba = await startSamba();
  server = await startDomainServer(samba.options);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([server.close(), samba.stop()]);
});

const spellings = (name: string) => [
  ...[name, name.toUpperCase(), `CORP\\${name}`, `corp\\${name}`, `${name}@corp.example.test`],
  ...[`${name}@CORP.EXAMPLE.TEST`, `CORP\\${name.toUpperCase()}`],
];

/** Wrong passwords for one account: each from another address, by both clients, the name spelled in every way. */
async function guess(name: string, times: number): Promise<(string | undefined)[]> {
  const names = spellings(name);
  const reasons: (string | undefined)[] = [];
  for (let made = 0; made < times; made += 1) {
    const spelled = names[made % names.length] ?? name;
    const client = made % 2 === 0 ? {} : AS_BACKEND;
    reasons.push(await server.reasonOf(spelled, `guess ${made}`, `198.51.100.${made}`, client));
  }
  return reasons;
}

const FOUR_PASSED_ON = Array.from({ length: 4 }, () => 'wrong-password');
const limits = (times: number) => Array.from({ length: times }, () => 'bind-limit');

test('of one account’s wrong passwords four reach the domain, however its name is spelled and from wherever they come', {
  skip,
}, async () => {
  assert.deepEqual(await guess('bob', 20), [...FOUR_PASSED_ON, ...limits(16)]);
  assert.equal(await samba.badPasswords('bob'), 4);
});

test('then the right password of somebody unknown is refused alike, and half an hour later it is right', {
  skip,
}, async () => {
  assert.equal(await server.reasonOf('bob', AD_PASSWORD), 'bind-limit');
  assert.equal(await samba.badPasswords('bob'), 4);
  server.clock.advance(HALF_AN_HOUR_MS - 1);
  assert.equal(await server.reasonOf('bob', AD_PASSWORD), 'bind-limit');
  server.clock.advance(1);
  payloadOf(await server.logIn('bob', AD_PASSWORD));
  assert.equal(await samba.badPasswords('bob'), 0);
});

test('other accounts log in all the while', { skip }, async () => {
  await guess('bob', 4);
  assert.equal(await server.reasonOf('bob', AD_PASSWORD, '192.0.2.77'), 'bind-limit');
  payloadOf(await server.logIn('ada', AD_PASSWORD, '192.0.2.77'));
  await samba.forgive('bob');
  server.clock.advance(HALF_AN_HOUR_MS);
});

test('whoever logged in before from the same address with the same client is let through', { skip }, async () => {
  payloadOf(await server.logIn('carl', AD_PASSWORD, '192.0.2.10'));
  await guess('carl', 6);
  for (const name of spellings('carl')) payloadOf(await server.logIn(name, AD_PASSWORD, '192.0.2.10'));
  assert.equal(await server.reasonOf('carl', AD_PASSWORD, '192.0.2.11'), 'bind-limit');
  assert.equal(await server.reasonOf('carl', AD_PASSWORD, '192.0.2.10', AS_BACKEND), 'bind-limit');
  server.clock.advance(HALF_AN_HOUR_MS);
});

test('a right password gives the wrong ones before it back', { skip }, async () => {
  for (let round = 0; round < 3; round += 1) {
    // Each from an address that nobody knows.
    const address = (login: number) => `203.0.113.${10 * round + login}`;
    for (let wrong = 0; wrong < 3; wrong += 1) {
      assert.equal(await server.reasonOf('dora', 'wrong', address(wrong)), 'wrong-password');
    }
    payloadOf(await server.logIn('dora', AD_PASSWORD, address(3)));
  }
  assert.equal(await samba.badPasswords('dora'), 0);
});

test('a right password that is not enough is no wrong one', { skip }, async () => {
  for (let made = 0; made < 6; made += 1) {
    assert.equal(await server.reasonOf('disabled', AD_PASSWORD), 'disabled');
  }
  assert.equal(await server.reasonOf('disabled', 'wrong'), 'wrong-password');
  await samba.forgive('disabled');
  server.clock.advance(HALF_AN_HOUR_MS);
});

test('of ten guesses at once no more reach the domain', { skip }, async () => {
  const names = spellings('dora');
  const reasons = await Promise.all(
    Array.from({ length: 10 }, (_, made) =>
      server.reasonOf(names[made % names.length] ?? '', `guess ${made}`, `203.0.113.${100 + made}`),
    ),
  );
  const count = (reason: string) => reasons.filter((one) => one === reason).length;
  assert.deepEqual([count('wrong-password'), count('bind-limit')], [4, 6]);
  assert.equal(await samba.badPasswords('dora'), 4);
  await samba.forgive('dora');
  server.clock.advance(HALF_AN_HOUR_MS);
});

test('right logins at once all succeed, though more of them than are passed on as wrong ones', { skip }, async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => server.logIn('ada', AD_PASSWORD)));
  for (const answer of answers) payloadOf(answer);
});

test('the connection says how many and how long', { skip }, async () => {
  await server.use({ max_bad_binds: 2, bad_bind_window_minutes: 5 });
  assert.deepEqual(await guess('dora', 4), ['wrong-password', 'wrong-password', ...limits(2)]);
  server.clock.advance(5 * 60_000);
  payloadOf(await server.logIn('dora', AD_PASSWORD));
  // What the domain would do without the budget: nobody gets in any more.
  await server.use({ max_bad_binds: 100 });
  await guess('dora', LOCKOUT_THRESHOLD);
  assert.equal(await server.reasonOf('dora', AD_PASSWORD), 'locked');
  await samba.forgive('dora');
  await server.use({});
  server.clock.advance(HALF_AN_HOUR_MS);
});

test('the budget stands also where nothing else counts failures, and known sources are known there too', {
  skip,
}, async () => {
  await server.use({ brute_force_protection: false });
  payloadOf(await server.logIn('bob', AD_PASSWORD, '192.0.2.20'));
  assert.deepEqual(await guess('bob', 6), [...FOUR_PASSED_ON, ...limits(2)]);
  assert.equal(await samba.badPasswords('bob'), 4);
  payloadOf(await server.logIn('bob', AD_PASSWORD, '192.0.2.20'));
  assert.equal(await server.reasonOf('bob', AD_PASSWORD, '192.0.2.21'), 'bind-limit');
});

// People type their password into the field of the user name. The name of an unknown user is therefore not kept, unless
// the operator asks for it: a keyed hash is, by which attempts on one name can be counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createVault } from '../../src/storage/vault.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { eventOf } from '../support/refusal.ts';
import { SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const memory = createMemoryLog();
let server: TestServer;
let keeping: TestServer;
before(async () => {
  server = await startServer({ logger: memory.logger });
  keeping = await startServer({ options: { log_unknown_user_names: true } });
});
after(async () => {
  await server.close();
  await keeping.close();
});

const TYPED = 'My-Passw0rd-Typed-Here';

const eventFor = async (of: TestServer, request: Record<string, unknown>) =>
  eventOf(of, await of.token({ ...SEED_REQUEST, ...request }));

/** Requests that fail before or because nobody has the name. */
const WITHOUT_USER: ReadonlyArray<readonly [name: string, request: Record<string, unknown>]> = [
  ['an unknown user', {}],
  ['no password', { password: '' }],
  ['an unknown client', { client_id: 'Nobody' }],
  ['a grant that is not enabled', { client_id: 'WithoutGrant' }],
  ['a disabled connection', { client_id: 'NotEnabled' }],
  ['an unknown grant type', { grant_type: 'magic' }],
];

for (const [name, request] of WITHOUT_USER) {
  test(`with ${name} the typed name is in no log [L-04]`, async () => {
    const event = await eventFor(server, { ...request, username: TYPED });
    assert.equal(event['user_name'], null);
    assert.equal(JSON.stringify(event).includes(TYPED), false);
    assert.equal(memory.text().includes(TYPED), false);
  });
}

test('the name of somebody who exists is kept, also with a wrong password [L-04]', async () => {
  assert.equal((await eventFor(server, { password: 'wrong' }))['user_name'], USER);
  assert.equal((await eventFor(server, { username: 'SAM', password: 'wrong' }))['user_name'], 'SAM');
});

test('with log_unknown_user_names the typed name is kept [L-04]', async () => {
  assert.equal((await eventFor(keeping, { username: TYPED }))['user_name'], TYPED);
  const long = 'n'.repeat(300);
  assert.equal((await eventFor(keeping, { username: long }))['user_name'], `${'n'.repeat(256)}…[cut]`);
});

test('spellings of one name have one fingerprint, other names have others [L-02]', async () => {
  const fingerprint = async (username: string) => (await eventFor(server, { username }))['user_name_fp'];
  const first = await fingerprint('Nobody@Example.com');
  assert.match(String(first), /^[0-9a-f]{16}$/);
  for (const same of ['nobody@example.com', ' nobody@example.com ', 'NOBODY@EXAMPLE.COM', 'ｎobody@example.com']) {
    assert.equal(await fingerprint(same), first, same);
  }
  for (const other of ['nobody@example.org', 'n0body@example.com', 'nobody']) {
    assert.notEqual(await fingerprint(other), first, other);
  }
});

test('the fingerprint is keyed: another installation gives another one [L-02]', async () => {
  const [one, other] = [createVault(Buffer.alloc(32, 1)), createVault(Buffer.alloc(32, 2))];
  assert.notEqual(one.fingerprint('name'), other.fingerprint('name'));
  assert.equal(one.fingerprint('name'), createVault(Buffer.alloc(32, 1)).fingerprint('name'));
  const event = await eventFor(server, { username: 'name@example.com' });
  assert.equal(event['user_name_fp'], server.ground.vault.fingerprint('name@example.com'));
});

// Texts that would begin a line of their own in a log, or tell a terminal what to do, sent where a caller may say anything,
// together with a password: log and events keep their form, and the password is in neither.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findSecrets } from '../support/canary.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const PASSWORD = 'Injected-Pw kR8sW2vMz';
const HOSTILE = [
  'a\r\n{"level":"info","type":"s"}',
  '\u001b[2J\u001b]0;owned\u0007',
  'a\u2028{"type":"s"}\u2029',
  'user\u202egnp.exe\u0085\u009b31m',
];
/** What a terminal or a reader of lines obeys: all controls but the end of a line, line separators and what has no form. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

const memory = createMemoryLog();
let server: TestServer;
before(async () => {
  const users = SAMPLE_TENANT.users.map((user) => ({ ...user, password: PASSWORD }));
  server = await startServer({ tenant: { ...SAMPLE_TENANT, users }, logger: memory.logger });
});
after(() => server.close());

async function sendEach(): Promise<number[]> {
  const statuses: number[] = [];
  for (const text of HOSTILE) {
    for (const member of ['username', 'scope', 'audience', 'client_id', 'grant_type']) {
      const request = { ...SEED_REQUEST, password: PASSWORD, [member]: text };
      statuses.push((await server.token(request)).statusCode);
    }
  }
  return statuses;
}

test('a text that looks like a line of a log makes none, and the password beside it is in no log [T-32]', async () => {
  const succeeded = (await sendEach()).filter((status) => status === 200).length;
  const events = await server.logs();
  assert.ok(JSON.stringify(events).includes('gnp.exe'), 'texts of the caller are in the events');
  assert.equal(events.filter(({ type }) => type === 'sepft').length, succeeded);
  // Faults are what reaches the operational log.
  const { schema } = server.ground.database.sql;
  await schema.alterTable('users').renameTo('users_away').execute();
  const faults = (await sendEach()).filter((status) => status === 500).length;
  await schema.alterTable('users_away').renameTo('users').execute();
  assert.ok(faults > 0);
  assert.equal(memory.lines().length, faults);
  assert.doesNotMatch(memory.text(), OBEYED);
  assert.deepEqual(findSecrets(memory.text() + JSON.stringify(await server.logs()), { PASSWORD }), []);
});

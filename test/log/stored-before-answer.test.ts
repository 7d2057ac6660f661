// An event is stored before the caller is answered: when it cannot be, there is no token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createMemoryLog } from '../support/memory-log.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const memory = createMemoryLog();
let server: TestServer;
before(async () => {
  server = await startServer({ logger: memory.logger });
});
after(() => server.close());

const REQUESTS: ReadonlyArray<readonly [name: string, request: Record<string, unknown>]> = [
  ['a right password', SEED_REQUEST],
  ['a wrong password', { ...SEED_REQUEST, password: 'wrong' }],
  ['an unknown user', { ...SEED_REQUEST, username: 'nobody@example.com' }],
  ['a malformed request', { ...SEED_REQUEST, scope: 1 }],
];

for (const [name, request] of REQUESTS) {
  test(`when events cannot be stored, ${name} is answered 500 without a token [L-05]`, async () => {
    const logged = (await server.logs()).length;
    const lines = memory.lines().length;
    const { sql } = server.ground.database;
    await sql.schema.alterTable('log_events').renameTo('log_events_away').execute();
    const answer = await server.token(request);
    assert.equal(answer.statusCode, 500);
    assert.equal(answer.body, '{"error":"server_error","error_description":"An unexpected error occurred."}');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(memory.lines().length, lines + 1, 'and the operator reads of it');

    await sql.schema.alterTable('log_events_away').renameTo('log_events').execute();
    assert.equal((await server.logs()).length, logged);
    await server.token(request);
    assert.equal((await server.logs()).length, logged + 1);
  });
}

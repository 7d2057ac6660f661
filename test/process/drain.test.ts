// How a server that is told to stop goes: nothing that was asked is left unanswered, balancers are told beforehand, and
// nobody waits longer than needed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { type Answer, exchange } from '../support/http-exchange.ts';
import type { Ended } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

/** Hashes that take their time, also the one of the user. */
const DEAR_HASHING = { GATEHOUSE_HASH_MEMORY_KIB: '65536', GATEHOUSE_HASH_ITERATIONS: '4' };

const installation = makeInstallation();
before(async () => {
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT, DEAR_HASHING);
  assert.equal(code, 0, stderr);
});
after(() => installation.remove());

/** The one slot makes logins wait in line, so that there are some under way whenever the signal comes. */
const ONE_AFTER_THE_OTHER = ['--hash-slots', '1', '--hash-memory-kib', '65536', '--hash-iterations', '4'];
const LOGINS = 12;

/** Starts logins, and resolves when the server has them all and has answered one. */
async function startLogins({ port }: ServedServer): Promise<Promise<Answer>[]> {
  const logins = Array.from({ length: LOGINS }, () => requestToken(port, SEED_REQUEST));
  for (const login of logins) login.catch(() => {});
  // Whatever is connected before /healthz is answered has been accepted.
  await Promise.all([Promise.any(logins), exchange({ port, path: '/healthz' })]);
  return logins;
}

interface Drained {
  readonly answered: number;
  readonly cutOff: number;
}

/** What the last line of the log counts: requests that came to an answer after the signal, and those that did not. */
function assertDrained({ code, stdout }: Ended): Drained {
  assert.equal(code, 0);
  // Who was cut off may be told so after it.
  const lines = stdout
    .trim()
    .split('\n')
    .filter((line) => line.includes('"msg":"drained"'));
  assert.equal(lines.length, 1, stdout);
  const { answered, cutOff } = JSON.parse(lines[0] ?? '') as Drained;
  return { answered, cutOff };
}

test('SIGTERM lets the requests under way finish, and then the server ends well [F-10]', async () => {
  const server = await installation.serve(ONE_AFTER_THE_OTHER);
  const logins = await startLogins(server);
  server.program.kill('SIGTERM');
  const answers = await Promise.all(logins);
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  // Said also to those that had asked before the signal: no connection stays open behind its last answer.
  const toldToClose = answers.filter(({ headers }) => headers.connection === 'close').length;
  assert.ok(toldToClose > 0);
  const { answered, cutOff } = assertDrained(await server.program.ended);
  assert.equal(cutOff, 0);
  // An answer may have been on its way out when the signal came.
  assert.ok(answered >= toldToClose && answered <= LOGINS, `${answered} answered, ${toldToClose} told to close`);

  const database = new BetterSqlite(installation.databasePath, { readonly: true });
  const find = database.prepare(
    "select count(*) from log_events where event ->> '$.details.request_id' = ? and type = 'sepft'",
  );
  for (const { headers } of answers) assert.equal(find.pluck().get(headers['x-auth0-requestid']), 1);
  database.close();
});

test('while it drains, /readyz says so, and what still comes is answered on connections that close [F-10]', async () => {
  const server = await installation.serve(['--shutdown-delay-seconds', '5']);
  const ready = () => exchange({ port: server.port, path: '/readyz' });
  assert.equal((await ready()).status, 200);
  server.program.kill('SIGTERM');
  await server.program.waitFor(/"msg":"draining"/);
  // At once: all of them have to be there before the delay is over, however long a login takes.
  const [{ status, headers, text }, login, healthy] = await Promise.all([
    ready(),
    requestToken(server.port, SEED_REQUEST),
    exchange({ port: server.port, path: '/healthz' }),
  ]);
  assert.deepEqual({ status, text }, { status: 503, text: '{"status":"draining","clock_skew_seconds":0}' });
  assert.equal(headers.connection, 'close');
  assert.deepEqual([login.status, login.headers.connection], [200, 'close']);
  assert.equal(healthy.status, 200);
  assert.deepEqual(assertDrained(await server.program.ended), { answered: 3, cutOff: 0 });
  await assert.rejects(ready(), { code: 'ECONNREFUSED' });
});

test('a server without work does not wait for the end of the grace period [F-10]', async () => {
  const server = await installation.serve(['--shutdown-grace-seconds', '600']);
  // A connection that was used and is kept open is no work.
  const idle = connect(server.port, '127.0.0.1');
  idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');
  assertDrained(await server.program.stop());
  idle.destroy();
});

test('a request that does not come to its end is cut off when the grace period is over [F-10]', async () => {
  const server = await installation.serve(['--shutdown-grace-seconds', '1']);
  const stuck = connect(server.port, '127.0.0.1');
  const headers = `Host: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 10\r\nExpect: 100-continue`;
  stuck.write(`POST /oauth/token HTTP/1.1\r\n${headers}\r\n\r\n{`);
  // The server says that it knows of the request.
  const [told] = (await once(stuck, 'data')) as [Buffer];
  assert.match(told.toString(), /^HTTP\/1\.1 100 /);
  server.program.kill('SIGTERM');
  stuck.resume();
  await once(stuck, 'close');
  assert.deepEqual(assertDrained(await server.program.ended), { answered: 0, cutOff: 1 });
});

test('several signals at once, as a terminal and its shells send them, count as one [F-10]', async () => {
  const server = await installation.serve(ONE_AFTER_THE_OTHER);
  const logins = await startLogins(server);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT'] as const) server.program.kill(signal);
  const answers = await Promise.all(logins);
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  const end = await server.program.ended;
  assertDrained(end);
  assert.equal(end.stdout.match(/"msg":"draining"/g)?.length, 1);
});

test('a second signal some time after the first ends the server at once [F-10]', async () => {
  const server = await installation.serve(['--shutdown-delay-seconds', '20']);
  server.program.kill('SIGTERM');
  await server.program.waitFor(/"msg":"draining"/);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  server.program.kill('SIGTERM');
  const { code, stdout } = await server.program.ended;
  assert.equal(code, 1);
  assert.doesNotMatch(stdout, /"msg":"drained"/);
});

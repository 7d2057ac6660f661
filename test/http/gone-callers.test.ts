// Callers who close the connection while they wait for a hash slot: nobody works for them.
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noMetrics, type ReadableMetrics } from '../../src/metrics/metrics.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer } from '../support/start-server.ts';

/** Resolves when the condition holds; the file's own deadline ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

/** A server with one slot, whose checks end when the test lets them. */
async function startBusyServer() {
  const checked: Array<() => void> = [];
  const outcomes: string[] = [];
  let waiting = () => 0;
  const metrics: ReadableMetrics = {
    ...noMetrics,
    read: async () => ({ text: '', contentType: '' }),
    hashWait: (outcome) => outcomes.push(outcome),
    watch({ hashLine }) {
      if (hashLine) waiting = () => hashLine().waiting;
    },
  };
  const held = () => new Promise<void>((resolve) => checked.push(resolve));
  const server = await startServer({
    options: { hash_slots: 1 },
    metrics,
    wrapHasher: (hasher) => ({
      ...hasher,
      verify: (passwordHash, password) => held().then(() => hasher.verify(passwordHash, password)),
      verifyNothing: (password) => held().then(() => hasher.verifyNothing(password)),
    }),
  });
  await server.app.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.server.address() as AddressInfo;
  function login(username: string): Socket {
    const body = JSON.stringify({ ...SEED_REQUEST, username, password: 'wrong' });
    const head = `POST /oauth/token HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${head}\r\n\r\n${body}`);
    return socket;
  }
  return { server, checked, outcomes, waiting: () => waiting(), login };
}

test('a login whose caller has gone leaves the line, costs no hash and no failure [T-05, T-19]', async () => {
  const { server, checked, outcomes, waiting, login } = await startBusyServer();
  const first = login(SEED_REQUEST.username);
  let answer = '';
  first.setEncoding('utf8').on('data', (part: string) => {
    answer += part;
  });
  await until(() => checked.length === 1);
  const others = Array.from({ length: 3 }, () => login(SEED_REQUEST.username));
  await until(() => waiting() === 3);
  for (const socket of others) socket.destroy();
  await until(() => waiting() === 0);
  assert.deepEqual(outcomes, ['admitted', 'gone', 'gone', 'gone']);
  checked[0]?.();
  await until(() => answer.includes('\r\n\r\n'));
  assert.match(answer, /^HTTP\/1\.1 403 /);
  assert.equal(checked.length, 1, 'nobody else was checked');
  const [failures] = await server.ground.database.sql
    .selectFrom('attempt_counters')
    .select('spent')
    .where('kind', '=', 'identifier_and_ip')
    .execute();
  assert.equal(failures?.spent, 1);
  first.destroy();
  await server.close();
});

test('in a crowd a login waits for the beat, and one whose caller goes meanwhile costs no hash [T-19]', async () => {
  const { server, checked, outcomes, waiting, login } = await startBusyServer();
  const crowd = Array.from({ length: 4 }, (_, index) => login(`${index}@example.com`));
  await until(() => waiting() === 3);
  const beats: Array<() => void> = [];
  server.clock.sleep = (milliseconds) => {
    assert.ok(milliseconds > 0 && milliseconds <= 25, `${milliseconds} ms`);
    return new Promise((resolve) => beats.push(resolve));
  };
  const [gone, late] = [login('gone@example.com'), login('late@example.com')];
  const connections = () =>
    new Promise<number>((resolve) => server.app.server.server.getConnections((_error, count) => resolve(count)));
  while ((await connections()) < 6 || beats.length === 0) await sleep(5);
  gone.destroy();
  while ((await connections()) > 5) await sleep(5);
  assert.equal(waiting(), 3);
  for (const beat of beats.splice(0)) beat();
  await until(() => outcomes.includes('gone'));
  await until(() => waiting() === 4);
  assert.deepEqual(outcomes, ['admitted', 'gone']);
  assert.equal(checked.length, 1);
  for (const socket of [...crowd, late]) socket.destroy();
  await until(() => waiting() === 0);
  checked[0]?.();
  await server.close();
});

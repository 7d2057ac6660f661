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

test('a login whose caller has gone leaves the line, costs no hash and no failure [T-05, T-19]', async () => {
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
  const server = await startServer({
    options: { hash_slots: 1 },
    metrics,
    wrapHasher: (hasher) => ({
      ...hasher,
      async verify(passwordHash, password) {
        await new Promise<void>((resolve) => checked.push(resolve));
        return hasher.verify(passwordHash, password);
      },
    }),
  });
  await server.app.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.server.address() as AddressInfo;
  const body = JSON.stringify({ ...SEED_REQUEST, password: 'wrong' });
  const head = `POST /oauth/token HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  function login(): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${head}\r\n\r\n${body}`);
    return socket;
  }
  const first = login();
  let answer = '';
  first.setEncoding('utf8').on('data', (part: string) => {
    answer += part;
  });
  await until(() => checked.length === 1);
  const others = [login(), login(), login()];
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

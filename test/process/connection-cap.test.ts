// `max_connections`, as an operator sets it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { exchange } from '../support/http-exchange.ts';
import { makeInstallation, type ServedServer } from '../support/served-server.ts';

const installation = makeInstallation();
let server: ServedServer;
before(async () => {
  server = await installation.serve(['--max-connections', '2']);
});
after(() => installation.remove());

// After ten seconds a connection that asks nothing is closed anyhow.
test('with as many connections open as are allowed, a new request is answered [F-09]', { timeout: 8000 }, async () => {
  const { port } = server;
  const [first, second] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  const closed = Promise.any([once(first.resume(), 'close'), once(second.resume(), 'close')]);
  assert.equal((await exchange({ port, path: '/healthz' })).status, 200);
  await closed;
  for (const socket of [first, second]) socket.destroy();
});

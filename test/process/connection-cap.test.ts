// `max_connections`, as an operator sets it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { exchange } from '../support/http-exchange.ts';
import { makeInstallation } from '../support/served-server.ts';

const installation = makeInstallation();
after(() => installation.remove());

test('with as many connections open as are allowed, a new request is still answered [F-09]', async () => {
  const { port } = await installation.serve(['--max-connections', '2']);
  const [first, second] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all([once(first, 'connect'), once(second, 'connect')]);
  const closed = Promise.any([once(first.resume(), 'close'), once(second.resume(), 'close')]);
  assert.equal((await exchange({ port, path: '/healthz' })).status, 200);
  await closed;
  for (const socket of [first, second]) socket.destroy();
});

// The port for metrics of a server as an operator runs it: opened when asked for, refused in plain words, closed in the end.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { exchange } from '../support/http-exchange.ts';
import { startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { parseScrape } from '../support/scrape.ts';
import { makeInstallation, requestToken } from '../support/served-server.ts';

const installation = makeInstallation();
let metricsPort: number;
before(async () => {
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
  [metricsPort] = await findTwoFreePorts();
});
after(() => installation.remove());

test('with metrics_port the numbers are on that port, not on the one of callers, until the server ends [L-11]', async () => {
  const server = await installation.serve(['--metrics-port', String(metricsPort)]);
  assert.equal((await requestToken(server.port, SEED_REQUEST)).status, 200);
  const { value } = parseScrape((await exchange({ port: metricsPort, path: '/metrics' })).text);
  assert.equal(value('gatehouse_token_requests_total', { grant: 'password', outcome: 'success' }), 1);
  assert.ok((value('gatehouse_storage_seconds_count', { operation: 'query' }) ?? 0) > 0);
  assert.equal(value('gatehouse_signing_keys', { status: 'current' }), 1);
  assert.equal(value('gatehouse_build_info'), 1);

  assert.equal((await exchange({ port: server.port, path: '/metrics' })).status, 404);
  const { code } = await server.program.stop();
  assert.equal(code, 0);
  await assert.rejects(exchange({ port: metricsPort, path: '/metrics' }), { code: 'ECONNREFUSED' });
});

test('without metrics_port nothing listens there', async () => {
  const server = await installation.serve();
  await assert.rejects(exchange({ port: metricsPort, path: '/metrics' }), { code: 'ECONNREFUSED' });
  assert.equal((await server.program.stop()).code, 0);
});

test('a metrics port that is taken is a plain error, and the server does not start', async () => {
  const other = createServer();
  await once(other.listen(metricsPort, '127.0.0.1'), 'listening');
  const args = ['serve', '--port', '0', '--metrics-port', String(metricsPort), '--data-dir', installation.dataDir];
  const { code, stderr } = await startGatehouse(args, installation.environment).ended;
  other.close();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`^gatehouse: .*\\(port ${metricsPort}\\)\\n$`));
});

test('a metrics host without a metrics port is refused', async () => {
  const args = ['serve', '--port', '0', '--metrics-host', '0.0.0.0', '--data-dir', installation.dataDir];
  const { code, stderr } = await startGatehouse(args, installation.environment).ended;
  assert.equal(code, 1);
  assert.equal(stderr, 'gatehouse: metrics_host does nothing without metrics_port: set both.\n');
});

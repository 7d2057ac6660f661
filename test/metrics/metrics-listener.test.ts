// The port for metrics answers one address, and no other port answers it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConnectionCap } from '../../src/http/connection-cap.ts';
import { type Listener, listen } from '../../src/http/listener.ts';
import { createMetricsHandler } from '../../src/http/metrics-listener.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/logger.ts';
import type { ReadableMetrics } from '../../src/metrics/metrics.ts';
import { createPrometheusMetrics } from '../../src/metrics/prometheus-metrics.ts';
import { exchange } from '../support/http-exchange.ts';
import { get } from '../support/injected-request.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { startServer } from '../support/start-server.ts';

function listenWith(metrics: ReadableMetrics, logger = createLogger('silent')): Promise<Listener> {
  return listen(
    { host: '127.0.0.1', port: 0, tls: null },
    createMetricsHandler(metrics, logger),
    systemClock,
    createConnectionCap(10),
  );
}

const metrics = createPrometheusMetrics('0.0.0', systemClock);
let listener: Listener;
before(async () => {
  listener = await listenWith(metrics);
});
after(() => listener.close(0));

test('GET /metrics answers in the text format of Prometheus', async () => {
  for (const path of ['/metrics', '/metrics?from=prometheus']) {
    const { status, headers, text } = await exchange({ port: listener.port, path });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(text, /^gatehouse_build_info\{version="0\.0\.0",node="[\d.]+"\} 1$/m);
  }
});

test('everything else on that port is 404', async () => {
  for (const path of ['/', '/metrics/', '/metricsx', '/oauth/token', '/healthz', '/userinfo']) {
    assert.equal((await exchange({ port: listener.port, path })).status, 404, path);
  }
  for (const method of ['POST', 'HEAD', 'DELETE']) {
    assert.equal((await exchange({ port: listener.port, path: '/metrics', method })).status, 404, method);
  }
});

test('callers do not find the metrics on their own port [L-11]', async () => {
  const server = await startServer({ metrics });
  const answer = await get(server, '/metrics');
  await server.close();
  assert.equal(answer.statusCode, 404);
  assert.equal(answer.body.includes('gatehouse_'), false);
});

test('metrics that cannot be read are answered 500 without a word, and logged', async () => {
  const log = createMemoryLog();
  const failing = await listenWith(
    { ...metrics, read: () => Promise.reject(new Error('the inside story')) },
    log.logger,
  );
  const answer = await exchange({ port: failing.port, path: '/metrics' });
  await failing.close(0);
  assert.deepEqual([answer.status, answer.text], [500, '']);
  assert.equal(log.lines()[0]?.['msg'], 'metrics cannot be read');
});

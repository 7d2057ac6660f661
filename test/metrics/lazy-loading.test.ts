// Who does not ask for metrics does not pay for them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';

function isLoaded(name: string): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(`/node_modules/${name}/`));
}

test('the metrics library is loaded by a server that was told a port for it, and by no other', async () => {
  await import('../../src/cli/serve.ts');
  await import('../../src/cli/dev.ts');
  const server = await startServer();
  assert.equal((await server.token(SEED_REQUEST)).statusCode, 200);
  await server.close();
  assert.equal(isLoaded('prom-client'), false);
  await import('../../src/metrics/prometheus-metrics.ts');
  assert.equal(isLoaded('prom-client'), true);
});

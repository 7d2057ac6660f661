// While the database is away what everybody may know is served from memory, and nothing else is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFaultyDatabase, type FaultyDatabase } from '../support/faulty-database.ts';
import { get } from '../support/injected-request.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const PUBLIC = ['/.well-known/jwks.json', '/.well-known/openid-configuration'];

let database: FaultyDatabase;
let server: TestServer;
before(async () => {
  server = await startServer({
    wrapDatabase: (real) => {
      database = createFaultyDatabase(real);
      return database;
    },
  });
});
after(() => server.close());

test('key set and discovery document are served as they were last, and a login is refused [F-04]', async () => {
  const known = await Promise.all(PUBLIC.map((path) => get(server, path)));
  server.clock.advance(60_000);
  for (const [index, path] of PUBLIC.entries()) {
    server.clock.advance(1000);
    database.breakCall(1, 'outage');
    const answer = await get(server, path);
    assert.deepEqual([answer.statusCode, answer.body], [200, known[index]?.body]);
  }
  server.clock.advance(1000);
  database.breakCall(1, 'outage');
  await get(server, '/.well-known/jwks.json');
  // The tenant is known without a question; that the client may log in is not.
  database.breakCall(1, 'outage');
  const refused = await server.token(SEED_REQUEST);
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '2']);
});

test('the database that is away is asked once a second, not by everybody [F-04]', async () => {
  server.clock.advance(60_000);
  database.breakCall(1, 'outage');
  for (let asked = 0; asked < 20; asked += 1) assert.equal((await get(server, PUBLIC[0] ?? '')).statusCode, 200);
  assert.equal(database.calls, 1);
});

test('when it is back a change is seen, and a mistake is not hidden [F-04]', async () => {
  server.clock.advance(60_000);
  database.breakCall(1, 'mistake');
  assert.equal((await get(server, PUBLIC[0] ?? '')).statusCode, 500);
  database.breakCall(Number.POSITIVE_INFINITY, 'outage');
  const { keys: known } = (await get(server, PUBLIC[0] ?? '')).json<{ keys: unknown[] }>();
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  await server.app.keyRotation.rotateKeys(tenant, 'RS256', { immediately: true });
  server.app.forgetConfiguration();
  const { keys } = (await get(server, PUBLIC[0] ?? '')).json<{ keys: unknown[] }>();
  assert.ok(keys.length > known.length, 'a key more');
});

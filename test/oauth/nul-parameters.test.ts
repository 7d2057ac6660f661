// NUL in a parameter: refused on every engine alike, because not every engine can look for it. A password may have it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BASIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

for (const name of ['username', 'audience', 'client_id', 'grant_type', 'scope', 'realm']) {
  test(`NUL in ${name} is refused as malformed`, async () => {
    const answer = await server.token({ ...SEED_REQUEST, [name]: 'a\0b' });
    assert.equal(answer.statusCode, 400);
    assert.equal(
      answer.json<{ error_description: string }>().error_description,
      `Parameter ${name} must not contain NUL`,
    );
  });
}

test('NUL in the client id of a Basic header is refused as malformed', async () => {
  const basic = Buffer.from(`${BASIC_CLIENT}%00:x`).toString('base64');
  const answer = await server.token({ ...SEED_REQUEST, client_id: null }, { authorization: `Basic ${basic}` });
  assert.equal(answer.statusCode, 400);
});

test('NUL in a password is part of the password', async () => {
  const answer = await server.token({ ...SEED_REQUEST, password: 'a\0b' });
  assert.equal(answer.statusCode, 403);
});

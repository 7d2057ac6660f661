// The article’s own request, and what comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { API, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

test('the request of the article is answered with a JWT for the API', async () => {
  const answer = await server.token(SEED_REQUEST);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/json');
  const { access_token: token, ...rest } = answer.json<Record<string, string>>();
  assert.deepEqual(rest, { scope: 'read:sample', expires_in: 86_400, token_type: 'Bearer' });
  const { iat, exp, ...claims } = decodeJwt(token ?? '');
  assert.equal(Number(exp) - Number(iat), 86_400);
  assert.deepEqual(claims, {
    iss: ISSUER,
    sub: USER_ID,
    aud: API,
    scope: 'read:sample',
    gty: 'password',
    azp: SEED_REQUEST.client_id,
  });
});

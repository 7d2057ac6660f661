// Credentials in an address are logged by every machine on the way: a request that has them there is refused, even when
// its body is right, and nothing of its query is kept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tokensFor } from '../support/injected-request.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { assertLogged, assertRefused } from '../support/refusal.ts';
import { PASSWORD, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const CANARY = 'canary-Zq7wJ3';
const NAMES = ['password', 'client_secret', 'access_token', 'client_assertion', 'refresh_token', 'mfa_token', 'otp'];

let server: TestServer;
const memory = createMemoryLog();
before(async () => {
  server = await startServer({ logger: memory.logger });
});
after(() => server.close());

const post = (query: string) =>
  server.app.server.inject({
    method: 'POST',
    url: `/oauth/token?${query}`,
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify(SEED_REQUEST),
  });

for (const name of NAMES) {
  const words = `Parameter ${name} must not be sent in the query string`;
  const spelled = [
    `${name}=${CANARY}`,
    `a=b&${name}=${CANARY}`,
    name,
    `${name}=`,
    `%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${CANARY}`,
  ];

  for (const query of spelled) {
    test(`?${query.replace(CANARY, '…')} at the token endpoint is refused though the body is right [T-39]`, async () => {
      const answer = await post(query);
      assertRefused(answer, [400, 'invalid_request', words]);
      await assertLogged(server, answer, 'f', 'credentials-in-query');
    });

    test(`?${query.replace(CANARY, '…')} at userinfo is refused though the header is right [T-39]`, async () => {
      const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
      const headers = { host: HOST, authorization: `Bearer ${token}` };
      for (const method of ['GET', 'POST'] as const) {
        const answer = await server.app.server.inject({ method, url: `/userinfo?${query}`, headers });
        assert.equal(answer.statusCode, 400);
        assert.deepEqual(answer.json(), { error: 'invalid_request', error_description: words });
      }
    });
  }
}

test('an access token in the query alone opens nothing (RFC 6750 2.3 is not offered) [T-39]', async () => {
  const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  const answer = await server.app.server.inject({
    method: 'GET',
    url: `/userinfo?access_token=${token}`,
    headers: { host: HOST },
  });
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.body.includes('sub'), false);
});

test('a whole request in the query is not read [T-39]', async () => {
  const query = new URLSearchParams({ ...SEED_REQUEST }).toString();
  const headers = { host: HOST, 'content-type': 'application/x-www-form-urlencoded' };
  const posted = await server.app.server.inject({ method: 'POST', url: `/oauth/token?${query}`, headers });
  assert.equal(posted.statusCode, 400);
  const got = await server.app.server.inject({ method: 'GET', url: `/oauth/token?${query}`, headers: { host: HOST } });
  assert.equal(got.statusCode, 405);
});

test('other parameters of a query are ignored', async () => {
  assert.equal((await post('utm_source=x&username=other&grant_type=other')).statusCode, 200);
});

test('nothing of a query is logged, neither in the log of the tenant nor in that of the server [T-39]', async () => {
  await post(`password=${CANARY}&x=${CANARY}`);
  await post(`x=${CANARY}`);
  const events = JSON.stringify(await server.logs());
  for (const log of [memory.text(), events]) {
    assert.equal(log.includes(CANARY), false);
    assert.equal(log.includes(PASSWORD), false);
    assert.equal(log.includes('?'), false);
  }
});

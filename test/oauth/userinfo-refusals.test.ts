// Who is not let in at userinfo, with the challenges of RFC 6750: no error code when no token was sent, one when it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, FORM, get, getUserinfo, tokensFor } from '../support/injected-request.ts';
import { HS256_API, SAMPLE_TENANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const OPAQUE = { ...SEED_REQUEST, audience: null, scope: 'openid' };
const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  server.app.server.inject({ method: 'POST', url: '/userinfo', headers: { host: HOST, ...headers }, payload });

function assertNothingSent(answer: Answer): void {
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.body, 'Unauthorized');
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.headers['www-authenticate'], 'Bearer');
  assert.equal(answer.headers['cache-control'], 'no-store');
}

function assertInvalidToken(answer: Answer): void {
  const words = 'The access token is invalid or has expired';
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.body, `{"error":"invalid_token","error_description":"${words}"}`);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['www-authenticate'], `Bearer error="invalid_token", error_description="${words}"`);
  assert.equal(answer.headers['cache-control'], 'no-store');
}

test('without a token the answer is a bare challenge', async () => {
  assertNothingSent(await get(server, '/userinfo'));
  assertNothingSent(await post(''));
  assertNothingSent(await post('', { 'content-type': FORM }));
  assertNothingSent(await post('access_token=', { 'content-type': FORM }));
  assertNothingSent(await post('other=x', { 'content-type': FORM }));
});

test('a token in a JSON body is none', async () => {
  const { access_token: token } = await tokensFor(server, OPAQUE);
  assertNothingSent(await post(JSON.stringify({ access_token: token }), { 'content-type': 'application/json' }));
  assertNothingSent(await post(`access_token=${token}`, { 'content-type': 'text/plain' }));
  assertNothingSent(await post(`access_token=${token}`));
});

test('a token in the body of a GET is none', async () => {
  const { access_token: token } = await tokensFor(server, OPAQUE);
  const headers = { host: HOST, 'content-type': FORM };
  const payload = `access_token=${token}`;
  assertNothingSent(await server.app.server.inject({ method: 'GET', url: '/userinfo', headers, payload }));
});

for (const authorization of [
  '',
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Basic dTpw',
  'Token x',
  'Bearer\tx',
  'Bearerx',
  'Bearer x,y z',
  'Bearer \u00e9',
]) {
  test(`the Authorization header ${JSON.stringify(authorization)} is an invalid token`, async () => {
    assertInvalidToken(await get(server, '/userinfo', { authorization }));
  });
}

test('a forged token is invalid, in the header and in the body', async () => {
  assertInvalidToken(await getUserinfo(server, 'forged'));
  assertInvalidToken(await post('access_token=forged', { 'content-type': FORM }));
});

test('a token in the header and in the body is refused as one too many', async () => {
  const { access_token: token } = await tokensFor(server, OPAQUE);
  for (const second of [token, 'other']) {
    const headers = { 'content-type': FORM, authorization: `Bearer ${token}` };
    const answer = await post(new URLSearchParams({ access_token: second }).toString(), headers);
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(answer.json(), {
      error: 'invalid_request',
      error_description: 'The access token was sent in more than one way',
    });
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_request"');
  }
});

test('a token that is given twice in the body is refused', async () => {
  const { access_token: token } = await tokensFor(server, OPAQUE);
  const answer = await post(`access_token=${token}&access_token=${token}`, { 'content-type': FORM });
  assert.equal(answer.statusCode, 400);
  assert.equal(answer.json<{ error: string }>().error, 'invalid_request');
});

test('a token without openid is told which scope it lacks', async () => {
  const { access_token: token } = await tokensFor(server, { ...OPAQUE, scope: 'profile email' });
  const answer = await getUserinfo(server, token);
  assert.equal(answer.statusCode, 403);
  assert.deepEqual(answer.json(), {
    error: 'insufficient_scope',
    error_description: 'Insufficient scope, expected: openid',
  });
  assert.equal(answer.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="openid"');
});

test('the token of an HS256 API is invalid here', async () => {
  const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, audience: HS256_API, scope: 'openid' });
  assertInvalidToken(await getUserinfo(server, token));
});

test('a user who was blocked since is let in no more, and again when unblocked', async () => {
  const changing = await startServer();
  const tokens = [await tokensFor(changing, OPAQUE), await tokensFor(changing, { ...SEED_REQUEST, scope: 'openid' })];
  const [first, ...others] = SAMPLE_TENANT.users;
  for (const { access_token: token } of tokens) assert.equal((await getUserinfo(changing, token)).statusCode, 200);
  await changing.apply({ ...SAMPLE_TENANT, users: [{ ...first, blocked: true }, ...others] });
  for (const { access_token: token } of tokens) assertInvalidToken(await getUserinfo(changing, token));
  await changing.apply(SAMPLE_TENANT);
  for (const { access_token: token } of tokens) assert.equal((await getUserinfo(changing, token)).statusCode, 200);
  await changing.close();
});

test('a user who was deleted since is let in no more', async () => {
  const changing = await startServer();
  const { access_token: token } = await tokensFor(changing, OPAQUE);
  await changing.ground.database.sql.deleteFrom('users').where('email', '=', USER).execute();
  assertInvalidToken(await getUserinfo(changing, token));
  await changing.close();
});

for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
  test(`${method} of userinfo is answered 405 method_not_allowed`, async () => {
    const answer = await server.app.server.inject({ method, url: '/userinfo', headers: { host: HOST } });
    assert.equal(answer.statusCode, 405);
    assert.equal(answer.headers['allow'], 'GET, POST, OPTIONS');
    assert.equal(answer.json<{ error: string }>().error, 'method_not_allowed');
  });
}

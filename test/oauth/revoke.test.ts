// POST /oauth/revoke: a client ends its refresh token, and learns nothing about others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertRefused,
  LEEWAY_CLIENT,
  logIn,
  loginRequest,
  REFRESH_TENANT,
  ROTATING_CLIENT,
  refresh,
  SECRET_CLIENT,
  SECRET_CLIENT_SECRET,
  STEADY_CLIENT,
  tokensOf,
} from '../support/refresh-tenant.ts';
import { USER_ID } from '../support/sample-tenant.ts';
import { HOST, ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: REFRESH_TENANT });
});
after(() => server.close());

function post(payload: string, headers: Record<string, string>) {
  return server.app.server.inject({
    method: 'POST',
    url: '/oauth/revoke',
    headers: { host: HOST, ...headers },
    payload,
  });
}

function revoke(body: Record<string, unknown>, headers: Record<string, string> = {}) {
  return post(JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

async function assertRevoked(answer: ReturnType<typeof revoke>): Promise<void> {
  const { statusCode, body, headers } = await answer;
  assert.deepEqual([statusCode, body, headers['cache-control']], [200, '', 'no-store']);
}

async function eventCount(): Promise<number> {
  return (await server.ground.database.sql.selectFrom('log_events').select('log_id').execute()).length;
}

test('a client ends its token, by JSON or by form; the log tells of it', async () => {
  const [one, other] = [await logIn(server, STEADY_CLIENT), await logIn(server, STEADY_CLIENT)];
  await assertRevoked(revoke({ client_id: STEADY_CLIENT, token: one }));
  const [event] = await server.logs();
  assert.deepEqual(
    [event?.type, event?.['client_id'], event?.['user_id'], event?.['description']],
    ['srrt', STEADY_CLIENT, USER_ID, 'Successful revocation of a Refresh Token'],
  );
  await assertRefused(server, STEADY_CLIENT, one, 'refresh-token-revoked');
  await refresh(server, STEADY_CLIENT, other);
  const form = new URLSearchParams({ client_id: STEADY_CLIENT, token: other, token_type_hint: 'refresh_token' });
  await assertRevoked(post(form.toString(), { 'content-type': 'application/x-www-form-urlencoded' }));
  await assertRefused(server, STEADY_CLIENT, other, 'refresh-token-revoked');
});

test('any token of a family that rotates ends all of it', async () => {
  const first = await logIn(server, ROTATING_CLIENT);
  const { refresh_token: second = '' } = await refresh(server, ROTATING_CLIENT, first);
  await assertRevoked(revoke({ client_id: ROTATING_CLIENT, token: first }));
  await assertRefused(server, ROTATING_CLIENT, second, 'refresh-token-revoked');
});

test('what is no refresh token, or ended before, is answered alike and not logged', async () => {
  const { access_token: accessToken } = await tokensOf(server, loginRequest(STEADY_CLIENT));
  const ended = await logIn(server, STEADY_CLIENT);
  await assertRevoked(revoke({ client_id: STEADY_CLIENT, token: ended }));
  const events = await eventCount();
  for (const token of ['x', accessToken, ended, 'v1.M'.padEnd(74, 'A')]) {
    await assertRevoked(revoke({ client_id: STEADY_CLIENT, token }));
  }
  assert.equal(await eventCount(), events);
});

test('the token of another client is refused, and lives on [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const answer = await revoke({ client_id: LEEWAY_CLIENT, token });
  assert.deepEqual(
    [answer.statusCode, answer.body],
    [403, '{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}'],
  );
  const [event] = await server.logs();
  assert.deepEqual([event?.type, event?.details.error?.reason], ['f', 'refresh-token-other-client']);
  await refresh(server, STEADY_CLIENT, token);
});

test('a client with a secret must prove itself, by body or header; its refusal is logged', async () => {
  const token = await logIn(server, SECRET_CLIENT);
  for (const client_secret of [undefined, 'another-secret-0123456789']) {
    const answer = await revoke({ client_id: SECRET_CLIENT, token, client_secret });
    assert.deepEqual(
      [answer.statusCode, answer.body],
      [401, '{"error":"access_denied","error_description":"Unauthorized"}'],
    );
    assert.equal((await server.logs())[0]?.type, 'f');
  }
  await refresh(server, SECRET_CLIENT, token);
  const basic = Buffer.from(`${SECRET_CLIENT}:${SECRET_CLIENT_SECRET}`).toString('base64');
  await assertRevoked(revoke({ token }, { authorization: `Basic ${basic}` }));
  await assertRefused(server, SECRET_CLIENT, token, 'refresh-token-revoked');
});

const MALFORMED: ReadonlyArray<readonly [body: Record<string, unknown>, words: string]> = [
  [{ client_id: STEADY_CLIENT }, 'Missing required parameter: token'],
  [{ client_id: STEADY_CLIENT, token: 1 }, 'Parameter token must be a string'],
  [{ client_id: STEADY_CLIENT, token: 'a'.repeat(16_385) }, 'token is too long'],
  [{ client_id: STEADY_CLIENT, token: 'a\0' }, 'Parameter token must not contain NUL'],
];

for (const [body, words] of MALFORMED) {
  test(`a malformed request is refused: ${words}`, async () => {
    const answer = await revoke(body);
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(answer.json(), { error: 'invalid_request', error_description: words });
  });
}

test('other methods are refused, and discovery names the endpoint', async () => {
  const headers = { host: HOST };
  assert.equal((await server.app.server.inject({ url: '/oauth/revoke', headers })).statusCode, 405);
  const discovery = await server.app.server.inject({ url: '/.well-known/openid-configuration', headers });
  const document = discovery.json<{ revocation_endpoint: string; scopes_supported: string[] }>();
  assert.equal(document.revocation_endpoint, `${ISSUER}oauth/revoke`);
  assert.ok(document.scopes_supported.includes('offline_access'));
});

test('when the end of a token cannot be stored, nobody is told that it ended', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const { sql } = server.ground.database;
  await sql.schema.alterTable('log_events').renameTo('log_events_away').execute();
  const answer = await revoke({ client_id: STEADY_CLIENT, token });
  await sql.schema.alterTable('log_events_away').renameTo('log_events').execute();
  assert.equal(answer.statusCode, 500);
  await refresh(server, STEADY_CLIENT, token);
});

test('ended tokens are remembered for a week, and then deleted', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const living = await logIn(server, STEADY_CLIENT);
  await assertRevoked(revoke({ client_id: STEADY_CLIENT, token }));
  server.clock.advance(7 * 86_400_000 - 1);
  await server.app.clearRefreshTokens();
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-revoked');
  server.clock.advance(1);
  assert.equal(await server.app.clearRefreshTokens(), false);
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-unknown');
  await refresh(server, STEADY_CLIENT, living);
});

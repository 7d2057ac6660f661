// Tokens of a node whose clock was set, forward or back, while it ran.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { tokensFor } from '../support/injected-request.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, HS256_API, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';

const HOUR = 3_600_000;

for (const [what, jump] of [
  ['an hour forward', HOUR],
  ['an hour back', -HOUR],
  ['a day back', -24 * HOUR],
] as const) {
  test(`tokens issued after the clock was set ${what} live as long as ever, from that time on [F-15]`, async (context) => {
    const server = await startServer();
    context.after(() => server.close());
    const lives = async () => {
      const { access_token, id_token = '' } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
      const backend = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, audience: HS256_API };
      const legacy = await tokensFor(server, { ...SEED_REQUEST, ...backend, scope: 'read:legacy' });
      return [access_token, id_token, legacy.access_token].map((token) => {
        const { iat = 0, exp = 0 } = decodeJwt(token);
        assert.equal(iat, Math.floor(server.clock.now() / 1000));
        return exp - iat;
      });
    };
    const before = await lives();
    server.clock.jump(jump);
    assert.deepEqual(await lives(), before);
    assert.ok(before.every((seconds) => seconds > 0));
  });
}

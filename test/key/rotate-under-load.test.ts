// Two nodes over one database, logins on both, and rotations at once: no token is ever signed by a key that a verifier
// cannot find.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { type App, createApp } from '../../src/app.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { keySetOf, kidOf, kidsOf } from '../support/key-set.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let nodes: readonly [App, App];
before(async () => {
  server = await startServer();
  nodes = [server.app, createApp(server.ground)];
});
after(async () => {
  await nodes[1].server.close();
  await server.close();
});

async function issue(node: App): Promise<string> {
  const answer = await node.server.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify({ ...SEED_REQUEST, scope: 'openid' }),
  });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ access_token: string }>().access_token;
}

/** Both nodes' key sets, fetched now, verify the token. */
async function verifyEverywhere(token: string): Promise<void> {
  for (const node of nodes) {
    await jwtVerify(token, createLocalJWKSet(await keySetOf(node)), {
      algorithms: ['RS256'],
      issuer: ISSUER,
      currentDate: new Date(server.clock.now()),
    });
  }
}

async function rotateOnBoth(immediately: boolean) {
  const tenant = await sampleTenantOf(server);
  return Promise.all(nodes.map((node) => node.keyRotation.rotateKeys(tenant, 'RS256', { immediately })));
}

test('of two rotations at once one wins, the other is told so, and there is one current and one next key [F-11]', async () => {
  for (const immediately of [true, false, true]) {
    server.clock.advance(600_000);
    const [old, next] = [await kidOf(server, 'current'), await kidOf(server, 'next')];
    const outcomes = await rotateOnBoth(immediately);
    assert.deepEqual(outcomes.map(({ kind }) => kind).toSorted(), ['already-rotated', 'rotated']);
    for (const outcome of outcomes) assert.ok('current' in outcome && outcome.current === next);
    assert.equal(await kidOf(server, 'current'), next);
    assert.equal((await kidsOf(server, 'next')).length, 1);
    assert.ok((await kidsOf(server, 'previous')).includes(old));
  }
});

test('tokens of both nodes from before, during and after a rotation verify with a key set fetched after issue [F-11]', async () => {
  const tokens: Promise<string>[] = [];
  const verified: Promise<void>[] = [];
  const load = () => {
    for (const node of nodes) {
      const token = issue(node);
      tokens.push(token);
      verified.push(token.then(verifyEverywhere));
    }
  };
  for (let round = 0; round < 4; round += 1) {
    server.clock.advance(600_000);
    load();
    const rotated = rotateOnBoth(false);
    load();
    await rotated;
    load();
    await Promise.all(verified);
    // The other node's memory is at most this old.
    server.clock.advance(500);
    load();
    await Promise.all(verified);
  }
  const kids = new Set((await Promise.all(tokens)).map((token) => decodeProtectedHeader(token).kid));
  assert.ok(kids.size >= 4, `signed by ${kids.size} keys`);
  for (const token of tokens) await verifyEverywhere(await token);
});

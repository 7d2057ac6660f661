// Rotation of a signing key: published first, then signing, then published only, then gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { createApp } from '../../src/app.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { keySetOf, kidOf, kidsOf, publishedKids, recordsOf } from '../support/key-set.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
const WITH_USERINFO = { ...SEED_REQUEST, scope: 'openid' };

async function withServer(work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer();
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

async function rotate(server: TestServer, immediately = false) {
  return server.app.keyRotation.rotateKeys(await sampleTenantOf(server), 'RS256', { immediately });
}

test('a rotation lets the next key sign, keeps the old one published and publishes another next one [F-11]', () =>
  withServer(async (server) => {
    const [current, next] = [await kidOf(server, 'current'), await kidOf(server, 'next')];
    const { access_token: before } = await tokensFor(server, WITH_USERINFO);
    assert.equal(decodeProtectedHeader(before).kid, current);
    server.clock.advance(600 * SECOND);
    const outcome = await rotate(server);
    assert.ok(outcome.kind === 'rotated');
    assert.deepEqual([outcome.previous, outcome.current], [current, next]);
    assert.deepEqual(await publishedKids(server.app), [outcome.current, outcome.next, outcome.previous]);
    const { access_token: after } = await tokensFor(server, WITH_USERINFO);
    assert.equal(decodeProtectedHeader(after).kid, next);
    for (const token of [before, after]) {
      await verifyWithPublishedKeys(server, token);
      assert.equal((await getUserinfo(server, token)).statusCode, 200);
    }
  }));

test('the next key does not sign before it was published for key_publish_ahead_seconds [F-11]', () =>
  withServer(async (server) => {
    const published = server.clock.now();
    const current = await kidOf(server, 'current');
    server.clock.advance(600 * SECOND - 1);
    assert.deepEqual(await rotate(server), { kind: 'too-early', readyAt: published + 600 * SECOND });
    assert.equal(await kidOf(server, 'current'), current);
    server.clock.advance(1);
    assert.equal((await rotate(server)).kind, 'rotated');
    assert.equal((await rotate(server)).kind, 'already-rotated', 'asked again a moment later');
    server.clock.advance(10 * SECOND);
    assert.equal((await rotate(server)).kind, 'too-early');
  }));

test('an immediate rotation does not ask how long the next key was published', () =>
  withServer(async (server) => {
    const next = await kidOf(server, 'next');
    assert.equal((await rotate(server, true)).kind, 'rotated');
    assert.equal(await kidOf(server, 'current'), next);
  }));

test('how long ahead a key is published is an option', async () => {
  const server = await startServer({ options: { key_publish_ahead_seconds: 0 } });
  assert.equal((await rotate(server)).kind, 'rotated');
  await server.close();
});

test('a previous key is published until the longest-lived token that it can have signed is dead, and not longer', () =>
  withServer(async (server) => {
    const old = await kidOf(server, 'current');
    const { access_token: token } = await tokensFor(server, WITH_USERINFO);
    await rotate(server, true);
    server.clock.advance(DAY - 1 * SECOND);
    assert.equal((await getUserinfo(server, token)).statusCode, 200);
    server.clock.advance(29 * DAY + 3600 * SECOND);
    assert.ok((await publishedKids(server.app)).includes(old));
    server.clock.advance(1 * SECOND);
    assert.equal((await publishedKids(server.app)).includes(old), false);
    assert.deepEqual(await kidsOf(server, 'previous'), [old]);
    await rotate(server);
    assert.equal(
      (await recordsOf(server)).some((key) => key.kid === old),
      false,
      'the rotation deletes it',
    );
  }));

test('several previous keys are published at once, each until its own end', () =>
  withServer(async (server) => {
    for (let i = 0; i < 3; i += 1) {
      server.clock.advance(10 * DAY);
      await rotate(server);
    }
    assert.equal((await publishedKids(server.app)).length, 5);
    server.clock.advance(10 * DAY + 3600 * SECOND);
    assert.equal((await publishedKids(server.app)).length, 4);
  }));

test('a tenant without keys of the algorithm is told so', () =>
  withServer(async (server) => {
    const tenant = await sampleTenantOf(server);
    assert.deepEqual(await server.app.keyRotation.rotateKeys(tenant, 'ES256'), { kind: 'no-keys' });
  }));

test('a rotation of one algorithm leaves the keys of the others alone', () =>
  withServer(async (server) => {
    const api = { identifier: 'https://es256.example.test', signing_alg: 'ES256' };
    await server.apply({ tenant: { name: 'acme', default_directory: '' }, resourceServers: [api] });
    const before = [await kidOf(server, 'current', 'ES256'), await kidOf(server, 'next', 'ES256')];
    await rotate(server, true);
    assert.deepEqual([await kidOf(server, 'current', 'ES256'), await kidOf(server, 'next', 'ES256')], before);
    const tenant = await sampleTenantOf(server);
    const outcome = await server.app.keyRotation.rotateKeys(tenant, 'ES256', { immediately: true });
    assert.ok(outcome.kind === 'rotated');
    assert.deepEqual([outcome.previous, outcome.current], before);
    const algorithms = (await keySetOf(server.app)).keys.map((key) => String(key.alg));
    assert.deepEqual(algorithms.toSorted(), ['ES256', 'ES256', 'ES256', 'RS256', 'RS256', 'RS256']);
  }));

test('another node signs with the new key and publishes it within a second', () =>
  withServer(async (server) => {
    const other = createApp(server.ground);
    const next = await kidOf(server, 'next');
    await publishedKids(other);
    const outcome = await rotate(server, true);
    assert.ok(outcome.kind === 'rotated');
    server.clock.advance(1 * SECOND);
    assert.deepEqual(await publishedKids(other), [next, outcome.next, outcome.previous]);
    await other.server.close();
  }));

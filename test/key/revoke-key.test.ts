// Emergency revocation of a signing key: what it signed is worth nothing, here at once and on other nodes within seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { createApp } from '../../src/app.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { kidOf, kidsOf, publishedKids, recordsOf } from '../support/key-set.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

const WITH_USERINFO = { ...SEED_REQUEST, scope: 'openid' };

async function withServer(work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer();
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

async function revoke(server: TestServer, kid: string) {
  return server.app.keyRotation.revokeKey(await sampleTenantOf(server), kid);
}

test('a revoked current key is unpublished and refused at once, and the next one signs [F-12]', () =>
  withServer(async (server) => {
    const [current, next] = [await kidOf(server, 'current'), await kidOf(server, 'next')];
    const { access_token: stolen } = await tokensFor(server, WITH_USERINFO);
    assert.equal((await getUserinfo(server, stolen)).statusCode, 200);
    const outcome = await revoke(server, current);
    assert.ok(outcome.kind === 'revoked');
    assert.equal(outcome.current, next);
    assert.equal((await getUserinfo(server, stolen)).statusCode, 401);
    assert.deepEqual(await publishedKids(server.app), [next, outcome.next]);
    const { access_token: fresh } = await tokensFor(server, WITH_USERINFO);
    assert.equal(decodeProtectedHeader(fresh).kid, next);
    await verifyWithPublishedKeys(server, fresh);
    assert.equal((await getUserinfo(server, fresh)).statusCode, 200);
  }));

test('another node refuses the tokens of a revoked key within five seconds [F-12]', () =>
  withServer(async (server) => {
    const other = createApp(server.ground);
    const userinfo = async (token: string) => {
      const headers = { host: HOST, authorization: `Bearer ${token}` };
      return (await other.server.inject({ method: 'GET', url: '/userinfo', headers })).statusCode;
    };
    const { access_token: stolen } = await tokensFor(server, WITH_USERINFO);
    assert.equal(await userinfo(stolen), 200);
    const current = await kidOf(server, 'current');
    await revoke(server, current);
    server.clock.advance(5000);
    assert.equal(await userinfo(stolen), 401);
    assert.equal((await publishedKids(other)).includes(current), false);
    await other.server.close();
  }));

test('a revoked previous key is gone, and the others stay as they are [F-12]', () =>
  withServer(async (server) => {
    const old = await kidOf(server, 'current');
    const { access_token: token } = await tokensFor(server, WITH_USERINFO);
    await server.app.keyRotation.rotateKeys(await sampleTenantOf(server), 'RS256', { immediately: true });
    const [current, next] = [await kidOf(server, 'current'), await kidOf(server, 'next')];
    assert.equal((await getUserinfo(server, token)).statusCode, 200);
    assert.deepEqual(await revoke(server, old), { kind: 'revoked', algorithm: 'RS256', current, next });
    assert.equal((await getUserinfo(server, token)).statusCode, 401);
    assert.deepEqual(await publishedKids(server.app), [current, next]);
  }));

test('a revoked next key is replaced before it ever signs', () =>
  withServer(async (server) => {
    const [current, next] = [await kidOf(server, 'current'), await kidOf(server, 'next')];
    const outcome = await revoke(server, next);
    assert.ok(outcome.kind === 'revoked' && outcome.next !== next);
    assert.deepEqual(await publishedKids(server.app), [current, outcome.next]);
    assert.equal((await recordsOf(server)).find((key) => key.kid === next)?.status, 'revoked');
  }));

test('a key is revoked once, and only keys of the tenant are', () =>
  withServer(async (server) => {
    const current = await kidOf(server, 'current');
    await revoke(server, current);
    assert.deepEqual(await revoke(server, current), { kind: 'already-revoked' });
    assert.deepEqual(await revoke(server, 'nobody'), { kind: 'unknown-key' });
  }));

test('of two revocations of one key at once the second changes nothing [F-12]', () =>
  withServer(async (server) => {
    const current = await kidOf(server, 'current');
    const outcomes = await Promise.all([revoke(server, current), revoke(server, current)]);
    assert.deepEqual(outcomes.map(({ kind }) => kind).toSorted(), ['already-revoked', 'revoked']);
    assert.equal((await kidsOf(server, 'current')).length, 1);
    assert.equal((await kidsOf(server, 'next')).length, 1);
  }));

test('a rotation and a revocation at once leave one current and one next key', () =>
  withServer(async (server) => {
    const current = await kidOf(server, 'current');
    const tenant = await sampleTenantOf(server);
    await Promise.all([
      revoke(server, current),
      server.app.keyRotation.rotateKeys(tenant, 'RS256', { immediately: true }),
    ]);
    assert.equal((await kidsOf(server, 'current')).length, 1);
    assert.equal((await kidsOf(server, 'next')).length, 1);
    assert.deepEqual(await kidsOf(server, 'revoked'), [current]);
  }));

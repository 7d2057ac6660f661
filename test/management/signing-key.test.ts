// /api/v2/keys/signing: the keys that sign tokens, and how they follow each other.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { assertApiRefused, assertBodiesRefused, insufficientScope, jsonOf } from '../support/api-answer.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { publishedKids } from '../support/key-set.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly cert: string;
  readonly fingerprint: string;
  readonly thumbprint: string;
  readonly current?: true;
  readonly next?: true;
  readonly previous?: true;
  readonly revoked: boolean;
}

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer();
});
afterEach(() => server.close());

const PATH = '/keys/signing';
const MISSING = [404, 'inexistent_signing_key', 'The signing key does not exist'] as const;
const TEN_MINUTES_MS = 600_000;

const list = async () => jsonOf<Key[]>(await server.api('GET', PATH), 200);
const keyThat = async (is: 'current' | 'next' | 'previous', alg = 'RS256') => {
  const key = (await list()).find((one) => one[is] === true && one.alg === alg);
  assert.ok(key, `no ${is} key`);
  return key;
};
const signedBy = async () => decodeProtectedHeader((await tokensFor(server, SEED_REQUEST)).access_token).kid;

test('keys are listed and shown with their certificates, and never with what is secret of them', async () => {
  const keys = await list();
  const current = await keyThat('current');
  assert.deepEqual(jsonOf(await server.api('GET', `${PATH}/${current.kid}`), 200), current);
  const certificate = new X509Certificate(current.cert);
  assert.equal(certificate.fingerprint, current.fingerprint);
  assert.equal(current.thumbprint, current.fingerprint.replaceAll(':', ''));
  assert.equal(current.revoked, false);
  assert.equal(keys.filter(({ next, alg }) => next === true && alg === 'RS256').length, 1);
  const names = new Set(keys.flatMap((key) => Object.keys(key)));
  const shown = ['alg', 'cert', 'current', 'current_since', 'current_until', 'fingerprint', 'kid', 'next', 'revoked'];
  assert.deepEqual([...names].toSorted(), [...shown, 'thumbprint']);
  assert.doesNotMatch(JSON.stringify(keys), /PRIVATE|"[dpq]"/);
});

test('a rotation lets the next key sign and keeps the one before published', async () => {
  const [current, next] = [await keyThat('current'), await keyThat('next')];
  server.clock.advance(TEN_MINUTES_MS);
  const outcome = jsonOf<{ kid: string; previous: string; next: string }>(
    await server.api('POST', `${PATH}/rotate`),
    201,
  );
  assert.deepEqual([outcome.kid, outcome.previous], [next.kid, current.kid]);
  assert.deepEqual(
    [(await keyThat('current')).kid, (await keyThat('previous')).kid, (await keyThat('next')).kid],
    [next.kid, current.kid, outcome.next],
  );
  assert.equal(await signedBy(), next.kid);
  assert.ok((await publishedKids(server.app)).includes(current.kid));
});

test('a key signs only when it was published for long enough, of any algorithm', async () => {
  const early = await server.api('POST', `${PATH}/rotate`, {});
  assertApiRefused(early, [409, 'signing_key_too_new', /not published for long enough: try again in 600 s/]);
  assert.equal(early.raw.headers['retry-after'], '600');
  const ecdsa = await server.api('POST', `${PATH}/rotate`, { algorithm: 'ES256' });
  assert.ok([400, 409].includes(ecdsa.status), ecdsa.raw.body);
});

test('tokens of a revoked key stop working at once, here and at userinfo, and another key signs', async () => {
  const current = await keyThat('current');
  const managing = await server.managementToken();
  const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  assert.equal((await getUserinfo(server, token)).statusCode, 200);
  const revoked = jsonOf<Key>(await server.api('PUT', `${PATH}/${current.kid}/revoke`, undefined, managing), 200);
  assert.deepEqual([revoked.kid, revoked.revoked, revoked.current], [current.kid, true, undefined]);
  assertApiRefused(await server.api('GET', PATH, undefined, managing), [401, null, 'Invalid token']);
  assert.equal((await getUserinfo(server, token)).statusCode, 401);
  assert.ok(!(await publishedKids(server.app)).includes(current.kid));
  assert.notEqual(await signedBy(), current.kid);
  const fresh = await server.managementToken();
  assert.equal((await server.api('PUT', `${PATH}/${current.kid}/revoke`, undefined, fresh)).status, 200);
});

test('a key that is not there is answered 404, and what is unknown is refused', async () => {
  assertApiRefused(await server.api('GET', `${PATH}/nothing`), MISSING);
  assertApiRefused(await server.api('PUT', `${PATH}/nothing/revoke`), MISSING);
  await assertBodiesRefused(
    (body) => server.api('POST', `${PATH}/rotate`, body),
    [
      [{ algorithm: 'HS256' }, /Allowed values: .* on property algorithm\.$/],
      [{ immediately: true }, "'Additional properties not allowed: immediately'."],
    ],
  );
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:signing_keys');
  assert.equal((await server.api('GET', PATH, undefined, token)).status, 200);
  const rotated = await server.api('POST', `${PATH}/rotate`, undefined, token);
  assertApiRefused(rotated, insufficientScope('create:signing_keys', 'update:signing_keys'));
  const revoked = await server.api('PUT', `${PATH}/x/revoke`, undefined, token);
  assertApiRefused(revoked, insufficientScope('update:signing_keys'));
});

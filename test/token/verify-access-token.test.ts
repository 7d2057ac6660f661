// The check behind userinfo on its own: which algorithm belongs to which key is said by our record of the key, and every
// refusal has a precise reason for those who read the log.
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import type { SigningKey } from '../../src/key/key.ts';
import type { KeyRing } from '../../src/key/key-ring.ts';
import { createVault } from '../../src/storage/vault.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { userinfoAudience } from '../../src/token/access-token.ts';
import { createOpaqueTokens } from '../../src/token/opaque-token.ts';
import { createAccessTokenVerifier } from '../../src/token/verify-access-token.ts';
import { ecdsa, edDsa, forgeJwt, hmac, rsa, rsaPss, unsigned } from '../support/forged-jwt.ts';
import { createTestClock } from '../support/test-clock.ts';

const TENANT = 'ten_1' as TenantId;
const ISSUER = 'https://tenant.example.test/';
const clock = createTestClock();
const opaqueTokens = createOpaqueTokens(createVault(Buffer.alloc(32, 1)), clock);

const KEY_PAIRS: Readonly<Record<string, { publicKey: KeyObject; privateKey: KeyObject }>> = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-pss': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  'rsa of 1024 bits': generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed25519: generateKeyPairSync('ed25519'),
};
const pairOf = (kind: string) => KEY_PAIRS[kind] ?? assert.fail(kind);

/** A verifier whose tenant has one key, of this kind and recorded with this algorithm. */
function verifierOf(kind: string, algorithm = 'RS256') {
  const key = { kid: 'kid-1', algorithm, status: 'current', ...pairOf(kind) } as unknown as SigningKey;
  const ring: KeyRing = {
    getCurrent: async () => key,
    findByKid: async (tenantId, kid) => (tenantId === TENANT && kid === 'kid-1' ? key : null),
    publish: async () => '',
  };
  return createAccessTokenVerifier({ keys: ring, clock, audienceOf: userinfoAudience, opaqueTokens });
}

function claims(change: Record<string, unknown> = {}): Record<string, unknown> {
  const now = clock.now() / 1000;
  const times = { iat: now, exp: now + 60 };
  return {
    iss: ISSUER,
    sub: 'auth0|1',
    aud: `${ISSUER}userinfo`,
    ...times,
    scope: 'openid',
    gty: 'password',
    azp: 'c',
    ...change,
  };
}

const SIGNERS: ReadonlyArray<
  readonly [algorithm: string, kinds: readonly string[], (key: KeyObject) => (input: Buffer) => Buffer]
> = [
  ['RS256', ['rsa', 'rsa of 1024 bits'], (key) => rsa(key)],
  ['RS384', ['rsa', 'rsa of 1024 bits'], (key) => rsa(key, 384)],
  ['RS512', ['rsa', 'rsa of 1024 bits'], (key) => rsa(key, 512)],
  ['PS256', ['rsa', 'rsa-pss'], (key) => rsaPss(key)],
  ['PS384', ['rsa', 'rsa-pss'], (key) => rsaPss(key, 384)],
  ['PS512', ['rsa', 'rsa-pss'], (key) => rsaPss(key, 512)],
  ['ES256', ['P-256'], (key) => ecdsa(key)],
  ['ES384', ['P-384'], (key) => ecdsa(key, 384)],
  ['EdDSA', ['ed25519'], edDsa],
  ['HS256', Object.keys(KEY_PAIRS), () => hmac('secret')],
  ['HS384', Object.keys(KEY_PAIRS), () => hmac('secret', 384)],
  ['none', Object.keys(KEY_PAIRS), () => unsigned],
];

for (const [algorithm, kinds, signer] of SIGNERS) {
  for (const kind of kinds) {
    const accepted = algorithm === 'RS256' && kind === 'rsa';
    test(`${algorithm} under a key of kind ${kind} is ${accepted ? 'accepted' : 'refused'} [T-20]`, async () => {
      const token = forgeJwt({ alg: algorithm, typ: 'JWT', kid: 'kid-1' }, claims(), signer(pairOf(kind).privateKey));
      const verified = await verifierOf(kind)(TENANT, ISSUER, token);
      assert.equal('refused' in verified, !accepted, JSON.stringify(verified));
    });
  }
}

test('a key recorded with one algorithm refuses the others, though the signature would fit [T-20]', async () => {
  const { privateKey } = pairOf('rsa');
  for (const [recorded, alg, signature] of [
    ['RS512', 'RS256', rsa(privateKey)],
    ['PS256', 'RS256', rsa(privateKey)],
    ['RS256', 'RS512', rsa(privateKey, 512)],
    ['RS256', 'PS256', rsaPss(privateKey)],
    ['HS256', 'RS256', rsa(privateKey)],
  ] as const) {
    const token = forgeJwt({ alg, typ: 'JWT', kid: 'kid-1' }, claims(), signature);
    assert.deepEqual(await verifierOf('rsa', recorded)(TENANT, ISSUER, token), { refused: 'algorithm' });
  }
});

const signed = (header: Record<string, unknown>, change: Record<string, unknown> = {}) =>
  forgeJwt({ alg: 'RS256', typ: 'JWT', kid: 'kid-1', ...header }, claims(change), rsa(pairOf('rsa').privateKey));

const REASONS: ReadonlyArray<readonly [reason: string, token: string]> = [
  ['over-limit', 'x'.repeat(16 * 1024 + 1)],
  ['malformed', 'x'],
  ['malformed', 'a.b.c'],
  ['opaque', 'gho_1_AAAA'],
  ['kid', signed({ kid: undefined })],
  ['kid', signed({ kid: 'k'.repeat(129) })],
  ['unknown-key', signed({ kid: 'k'.repeat(128) })],
  ['typ', signed({ typ: 'secevent+jwt' })],
  ['crit', signed({ crit: ['exp'] })],
  ['algorithm', signed({ alg: 'none' })],
  [
    'err_jws_signature_verification_failed',
    signed({}).replace(/\.[^.]*$/, `.${Buffer.alloc(256).toString('base64url')}`),
  ],
  ['err_jwt_expired', signed({}, { exp: 1 })],
  ['err_jwt_claim_validation_failed', signed({}, { iss: 'https://other.example.test/' })],
  ['issued-in-the-future', signed({}, { iat: clock.now() / 1000 + 61 })],
];

for (const [reason, token] of REASONS) {
  test(`the refusal of ${token.slice(0, 12)}… has the reason ${reason} [L-06]`, async () => {
    assert.deepEqual(await verifierOf('rsa')(TENANT, ISSUER, token), { refused: reason });
  });
}

test('of a token for somebody else it is told for whom', async () => {
  const verdict = await verifierOf('rsa')(TENANT, ISSUER, signed({}, { aud: ['one', 'other'] }));
  assert.deepEqual(verdict, { refused: 'audience', audience: 'one,other' });
});

test('a key of another tenant is unknown', async () => {
  assert.deepEqual(await verifierOf('rsa')('ten_2' as TenantId, ISSUER, signed({})), { refused: 'unknown-key' });
});

test('a fault of the key ring is not taken for a bad token', async () => {
  const ring: KeyRing = {
    getCurrent: () => Promise.reject(new Error('down')),
    findByKid: () => Promise.reject(new Error('down')),
    publish: async () => '',
  };
  await assert.rejects(
    createAccessTokenVerifier({ keys: ring, clock, audienceOf: userinfoAudience, opaqueTokens })(
      TENANT,
      ISSUER,
      signed({}),
    ),
    /down/,
  );
});

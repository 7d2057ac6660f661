// Tokens and cookies that were written are read as they were, and any other text is none: nothing is thrown, nobody is let in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { readSessionCookie, sessionCookie } from '../../src/dashboard/session-cookie.ts';
import { readAssertionSubject } from '../../src/key/verify-assertion.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createOpaqueTokens } from '../../src/token/opaque-token.ts';
import { isGenuine, readRefreshToken, writeRefreshToken } from '../../src/token/refresh-token.ts';
import { createAccessTokenVerifier } from '../../src/token/verify-access-token.ts';
import { anyText, EACH_INPUT, FEWER_INPUTS, textOf } from '../support/arbitrary-text.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { createTestClock } from '../support/test-clock.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const refreshToken = fc.record({
  id: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 32, maxLength: 32 }),
  secret: fc.base64String({ minLength: 44, maxLength: 44 }),
});

test('a refresh token that was written is read as it was, and with one character changed it is nobody’s', () => {
  fc.assert(
    fc.property(
      refreshToken,
      fc.nat(2 ** 31),
      fc.nat(),
      fc.constantFrom(...'abcXYZ019-_'.split('')),
      ({ id, secret }, counter, at, other) => {
        const token = { id, secret: new Secret(secret) };
        const written = writeRefreshToken(token, counter);
        const claimed = readRefreshToken(written);
        assert.ok(claimed && isGenuine(token, claimed));
        assert.deepEqual([claimed.id, claimed.counter], [id, counter]);
        // Of the last character two bits count.
        const place = at % (written.length - 1);
        const changed = written.slice(0, place) + other + written.slice(place + 1);
        const forged = readRefreshToken(changed);
        assert.ok(changed === written || !forged || forged.id !== id || !isGenuine(token, forged));
      },
    ),
    EACH_INPUT,
  );
});

test('refresh tokens of any text are read or are none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.base64String({ maxLength: 120 }),
        anyText.map((rest) => `ghr_1_${rest}`),
      ),
      (any) => {
        const claimed = readRefreshToken(any);
        assert.ok(claimed === null || claimed.id.length === 32);
      },
    ),
    EACH_INPUT,
  );
});

const part = fc.oneof(
  fc.json({ maxDepth: 2 }).map((json) => Buffer.from(json).toString('base64url')),
  fc
    .record({
      alg: fc.constantFrom('none', 'RS256', 'HS256', '', 1),
      kid: fc.oneof(anyText, fc.jsonValue()),
      typ: fc.constantFrom('JWT', 'at+jwt', null),
      crit: fc.option(fc.jsonValue()),
    })
    .map((header) => Buffer.from(JSON.stringify(header)).toString('base64url')),
  textOf('abcXYZ019-_=+/. '),
);

test('access tokens and assertions of any text are refused for a reason, and nothing is thrown', async () => {
  const { app, ground } = server;
  const keys = { findByKid: async () => null } as unknown as Parameters<typeof createAccessTokenVerifier>[0]['keys'];
  const verify = createAccessTokenVerifier({
    keys,
    clock: ground.clock,
    audienceOf: (issuer) => issuer,
    opaqueTokens: createOpaqueTokens(createVault(Buffer.alloc(32, 7)), ground.clock),
  });
  const tenant = await app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const tokens = fc.oneof(
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    anyText,
    anyText.map((rest) => `gho_1_${rest}`),
  );
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      assert.ok('refused' in (await verify(tenant.id, 'https://tenant.example.test/', token)));
      const subject = readAssertionSubject(token);
      assert.ok(subject === null || subject !== '');
    }),
    EACH_INPUT,
  );
});

test('cookies of any text name a session or none, and ours names its own', () => {
  const session = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'.split('')), minLength: 43, maxLength: 43 });
  fc.assert(
    fc.property(anyText, (header) => {
      const read = readSessionCookie(header);
      assert.ok(read === null || /^[\w-]{43}$/.test(read.reveal()));
    }),
    EACH_INPUT,
  );
  fc.assert(
    fc.property(session, fc.array(textOf('ab= _-"'), { maxLength: 3 }), (value, others) => {
      const [own = ''] = sessionCookie(new Secret(value), 60).split(';');
      assert.equal(readSessionCookie([...others, own].join('; '))?.reveal(), value);
    }),
    { numRuns: 500 },
  );
});

/** What comes before the sealed bytes, which is `gho_1_`, eight letters for the master key and `_`, and these bytes. */
function meaningOf(token: string): string {
  return `${token.slice(0, 15)} ${Buffer.from(token.slice(15), 'base64url').toString('hex')}`;
}

test('what is sealed is opened as it was, and nothing else is opened', () => {
  const clock = createTestClock();
  const tokens = createOpaqueTokens(createVault(Buffer.alloc(32, 7)), clock);
  const claims = { issuer: 'https://tenant.example.test/', subject: 'auth0|1', clientId: 'c', scope: ['openid'] };
  fc.assert(
    fc.property(anyText, fc.nat(), fc.constantFrom(...'abXY09-_'.split('')), (subject, at, other) => {
      const issued = tokens.issue('t' as never, { ...claims, subject });
      assert.equal(tokens.open('t' as never, issued)?.subject, subject);
      const place = at % issued.length;
      const changed = issued.slice(0, place) + other + issued.slice(place + 1);
      // The last letter may hold bits that stand for nothing.
      if (meaningOf(changed) !== meaningOf(issued)) assert.equal(tokens.open('t' as never, changed), null);
    }),
    FEWER_INPUTS,
  );
});

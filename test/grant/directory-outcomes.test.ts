// What each answer of a directory becomes: for the caller, and for the log. The directory here says what the test wants.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginGuard } from '../../src/attack-protection/login-guard.ts';
import { createProtectionMail } from '../../src/attack-protection/protection-mail.ts';
import { PASSWORD_GRANT } from '../../src/client/client.ts';
import { createConnectionResolver } from '../../src/connection/connection-resolver.ts';
import type { Directory, DirectoryOutcome } from '../../src/directory/directory.ts';
import { createDirectoryRegistry } from '../../src/directory/directory-registry.ts';
import { OAuthError } from '../../src/error/oauth-error.ts';
import { createGuardedLogin } from '../../src/grant/guarded-login.ts';
import { createLoggedExchange } from '../../src/grant/logged-exchange.ts';
import { createPasswordGrant } from '../../src/grant/password-grant.ts';
import { PhaseRecorder } from '../../src/grant/phase-recorder.ts';
import type { TokenRequest } from '../../src/grant/token-request.ts';
import { Caller } from '../../src/lib/caller.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { NewLogEvent } from '../../src/log/log-writer.ts';
import { createTurnedAwayTally } from '../../src/log/turned-away-tally.ts';
import { createConfigurationCache } from '../../src/storage/configuration-cache.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { DATABASE, PUBLIC_CLIENT } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

async function requestOf(username: string): Promise<TokenRequest> {
  const arrival = {
    tenant: await sampleTenantOf(server),
    issuer: ISSUER,
    ip: '127.0.0.1',
    ipSource: 'socket' as const,
    forwardedFor: null,
    hostname: 'tenant.example.test',
    userAgent: null,
    requestId: 'request-1',
    auth0Client: null,
    caller: new Caller(),
  };
  return {
    arrival,
    grantType: PASSWORD_GRANT,
    clientProof: {
      clientId: PUBLIC_CLIENT,
      clientSecret: null,
      assertion: null,
      assertionType: null,
      fromAuthorizationHeader: false,
    },
    username,
    password: new Secret('typed'),
    refreshToken: null,
    realm: null,
    connection: null,
    audience: null,
    scope: null,
    effects: [],
    phases: new PhaseRecorder(server.clock),
  };
}

/** The refusal and the event that this outcome becomes. */
async function exchangeWith(
  outcome: DirectoryOutcome,
  nextBeat: Promise<void> | null = null,
): Promise<{ refusal: OAuthError; event: NewLogEvent; asked: number }> {
  const { app, ground, clock } = server;
  let asked = 0;
  const directory: Directory = {
    admit: () => ({
      kind: 'admitted',
      authenticate: async () => {
        asked += 1;
        return outcome;
      },
      leave: () => {},
    }),
  };
  const guard: LoginGuard = {
    reserve: async () => ({ succeeded: () => [], failed: () => [], released: () => [] }),
  };
  const cache = createConfigurationCache(ground.database.sql, clock);
  const grant = createPasswordGrant({
    connections: createConnectionResolver(app.stores.connections, cache),
    directories: createDirectoryRegistry({ auth0: () => directory }),
    logIn: createGuardedLogin({
      guard,
      users: app.stores.users,
      provision: () => assert.fail('provisioned'),
      meetBreach: () => assert.fail('looked up'),
      protectionMail: createProtectionMail(app.stores.mailRequests, app.steadyTime),
      beat: { next: () => nextBeat, after: async () => {} },
      clock,
    }),
    passwordGrantRealm: 'honour',
  });
  const request = await requestOf('somebody@example.com');
  const client = await app.stores.clients.findById(request.arrival.tenant.id, PUBLIC_CLIENT);
  const events: NewLogEvent[] = [];
  const exchange = createLoggedExchange({
    exchange: async (read) => {
      await grant.authenticate(read, client ?? assert.fail());
      throw new Error('the directory accepted');
    },
    writeLog: async (_tenant, event) => {
      if (event) events.push(event);
    },
    tally: createTurnedAwayTally(clock),
    clock,
    fingerprint: (value) => ground.vault.fingerprint(value),
    logUnknownUserNames: false,
  });
  const refusal = await exchange(request.arrival, () => request).then(
    () => assert.fail('exchanged'),
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof OAuthError, String(refusal));
  const [event, ...more] = events;
  assert.ok(event);
  assert.equal(more.length, 0);
  assert.throws(() => request.password?.reveal(), /forgotten/, 'the password is forgotten');
  return { refusal, event, asked };
}

const REJECTIONS = [
  ['unknown-user', null],
  ['wrong-password', 'id-1'],
  ['locked', 'id-1'],
  ['disabled', 'id-1'],
  ['password-expired', 'id-1'],
  ['locked', null],
] as const;

for (const [reason, identityId] of REJECTIONS) {
  test(`a directory that says ${reason}${identityId ? '' : ' of nobody'} is a wrong password to the caller [T-01, L-06]`, async () => {
    const { refusal, event } = await exchangeWith({ kind: 'rejected', reason, identityId });
    const { status, code, description, retryAfterSeconds, challenge } = refusal;
    assert.deepEqual(
      { status, code, description, retryAfterSeconds, challenge },
      {
        status: 403,
        code: 'invalid_grant',
        description: 'Wrong email or password.',
        retryAfterSeconds: null,
        challenge: null,
      },
    );
    assert.equal(event.type, reason === 'unknown-user' ? 'fu' : 'fp');
    assert.equal(event.reason, reason);
    assert.equal(event.userId, identityId === null ? null : 'auth0|id-1');
  });
}

test('a directory that does not answer is fc in the log and 503 to the caller, never a wrong password [L-05]', async () => {
  const { refusal, event, asked } = await exchangeWith({
    kind: 'unavailable',
    reason: 'directory-connect-timeout',
    directoryFailed: true,
    retryAfterSeconds: 7,
  });
  assert.deepEqual([refusal.status, refusal.code, refusal.retryAfterSeconds], [503, 'temporarily_unavailable', 7]);
  assert.equal(refusal.description.includes('timeout'), false);
  assert.equal(event.type, 'fc');
  assert.equal(event.reason, 'directory-connect-timeout');
  assert.equal(event.connection, DATABASE);
  assert.equal(event.strategy, 'auth0');
  assert.equal(event.userName, null);
  assert.equal(event.userId, null);
  assert.equal(asked, 1, 'a password is never sent twice');
});

test('a server that has too much to do is 503 too, and no fault of the directory', async () => {
  const { refusal, event } = await exchangeWith({
    kind: 'unavailable',
    reason: 'hash-line-full',
    directoryFailed: false,
    retryAfterSeconds: 2,
  });
  assert.deepEqual([refusal.status, refusal.retryAfterSeconds], [503, 2]);
  assert.equal(event.type, 'api_limit');
  assert.equal(event.reason, 'hash-line-full');
});

test('in a crowd a password that was checked is judged when the beat comes', async () => {
  let beat = () => {};
  const nextBeat = new Promise<void>((resolve) => {
    beat = resolve;
  });
  const told: string[] = [];
  const exchanged = exchangeWith({ kind: 'rejected', reason: 'unknown-user', identityId: null }, nextBeat).then(
    ({ refusal }) => told.push(refusal.code),
  );
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(told.length, 0);
  beat();
  await exchanged;
  assert.deepEqual(told, ['invalid_grant']);
});

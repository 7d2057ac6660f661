// Everything that Azure AD can answer instead of a token, and that none of it is ever taken for something else.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { azureAdOptionsOf } from '../../src/connection/azure-ad-options.ts';
import { createAzureAdDriver } from '../../src/directory/azure-ad/azure-ad-directory.ts';
import { azureAdErrorOf, KNOWN_CODES } from '../../src/directory/azure-ad/azure-ad-error.ts';
import {
  createOutgoingAddresses,
  type OutgoingAddresses,
  type Resolver,
} from '../../src/directory/outgoing-address.ts';
import { AZURE_CLIENT, AZURE_SECRET, refuse, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { type Answer, sendJson } from '../support/https-stand-in.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const azure = await startAzureAdStandIn(clock);
azure.users.push({ upn: 'sam@example.com', password: 'right', oid: 'oid-of-sam' });
after(() => azure.close());

const LIMITS = { answerBytes: 64 * 1024 };
/** For answers that never come, or never end. */
const IMPATIENT = { connectMs: 2500, operationMs: 2500 };
const HERE: Resolver = async () => [{ address: '127.0.0.1', family: 4 }];

/** A driver without a past, and a login with it. */
function newLogin({ resolver = HERE, loginUrl = azure.origin, limits = {} } = {}) {
  const driver = createAzureAdDriver({
    clock,
    addresses: createOutgoingAddresses({ clock, networks: [], resolver }),
    limits: { ...LIMITS, ...limits },
  });
  const options = azureAdOptionsOf({
    client_id: AZURE_CLIENT,
    client_secret: AZURE_SECRET,
    tenant_domain: 'example.onmicrosoft.com',
    login_url: loginUrl,
    graph_url: azure.origin,
  });
  drivers.push(driver);
  return (password = 'right') => askDirectory(driver, connectionOf('waad', options), 'sam@example.com', password);
}

const drivers: ReturnType<typeof createAzureAdDriver>[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close?.();
  azure.instead = null;
  azure.forged = {};
  azure.seen.splice(0);
});

/** Answers token requests like this, and everything else as always. */
function onToken(answer: Answer): Answer {
  return (request, response) =>
    request.method === 'POST' ? answer(request, response) : azure.itself(request, response);
}

const code = (number: number, error = 'invalid_grant', status = 400): Answer =>
  onToken((_, response) => refuse(response, number, error, status));
const status = (number: number, headers = {}): Answer =>
  onToken((_, response) => void response.writeHead(number, headers).end('<html><body>Sorry</body></html>'));

const SILENT: Answer = onToken(() => {});
const HUGE: Answer = onToken((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(`{"access_token":"${'x'.repeat(10 * 1024 * 1024)}`);
  response.end('"}');
});
const DRIPPING: Answer = onToken((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(drip));
});
const CUT_OFF: Answer = onToken((_, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{', () => response.socket?.destroy());
});
const HUNG_UP: Answer = onToken((_, response) => void response.socket?.destroy());
const AWAY: Answer = onToken(
  (_, response) => void response.writeHead(307, { location: `${azure.origin}/elsewhere` }).end(),
);

const TABLE: readonly (readonly [string, Answer, 'rejected' | 'unavailable', string])[] = [
  ['500', status(500), 'unavailable', 'directory-http-error'],
  ['503 with Retry-After', status(503, { 'retry-after': '17' }), 'unavailable', 'directory-http-error'],
  ['429 with Retry-After', status(429, { 'retry-after': '17' }), 'unavailable', 'directory-throttled'],
  ['no answer', SILENT, 'unavailable', 'directory-timeout'],
  ['a page instead of JSON', status(200), 'unavailable', 'directory-answer-not-json'],
  ['a page instead of an error', status(400), 'unavailable', 'directory-answer-not-json'],
  ['JSON that is no object', onToken((_, r) => sendJson(r, 200, [1])), 'unavailable', 'directory-answer-not-json'],
  [
    'an answer without a token',
    onToken((_, r) => sendJson(r, 200, {})),
    'unavailable',
    'azure-ad-answer-without-id-token',
  ],
  ['ten megabytes', HUGE, 'unavailable', 'directory-answer-too-large'],
  ['an answer drop by drop', DRIPPING, 'unavailable', 'directory-timeout'],
  ['an answer cut off', CUT_OFF, 'unavailable', 'directory-connection-lost'],
  ['a connection closed', HUNG_UP, 'unavailable', 'directory-connection-lost'],
  ['a redirect', AWAY, 'unavailable', 'directory-redirected'],
  [
    'an error without a number',
    onToken((_, r) => sendJson(r, 400, { error: 'x' })),
    'unavailable',
    'azure-ad-error-without-number',
  ],
  ['a number nobody knows', code(99999), 'unavailable', 'azure-ad-99999-not-known-here'],
  ['a wrong password', code(50126), 'rejected', 'wrong-password'],
  ['a locked account', code(50053), 'rejected', 'locked'],
  ['an expired password', code(50055), 'rejected', 'password-expired'],
  ['a disabled account', code(50057), 'rejected', 'disabled'],
  ['a second factor', code(50076), 'rejected', 'second-factor-required'],
  ['a block by policy', code(53003), 'rejected', 'second-factor-required'],
  ['a user without assignment', code(50105), 'rejected', 'not-permitted'],
  ['interaction, by a number nobody knows', code(98765, 'interaction_required'), 'rejected', 'second-factor-required'],
  ['no consent', code(65001), 'unavailable', 'azure-ad-65001-consent-missing'],
  [
    'a client secret that is wrong',
    code(7000215, 'invalid_client', 401),
    'unavailable',
    'azure-ad-7000215-client-secret-wrong',
  ],
  ['a tenant that is throttled', code(90055, 'temporarily_unavailable', 400), 'unavailable', 'azure-ad-90055-out'],
  ['a loop that was noticed', code(50196), 'unavailable', 'azure-ad-50196-throttled'],
];

for (const [what, answer, kind, reason] of TABLE) {
  test(`${what}: ${kind}, ${reason} [F-18]`, async () => {
    azure.instead = answer;
    const limits = reason === 'directory-timeout' ? IMPATIENT : {};
    const outcome = await newLogin({ limits })();
    assert.equal(outcome.kind, kind, JSON.stringify(outcome));
    assert.equal('reason' in outcome && outcome.reason, reason);
    if (outcome.kind === 'unavailable') assert.equal(outcome.directoryFailed, true);
    const text = JSON.stringify(outcome);
    assert.ok(!/Sorry|html|AADSTS/.test(text), 'nothing of the answer is repeated');
    assert.ok(azure.passwords().length <= 1, 'the password was sent once');
  });
}

test('a directory that says when to come back is believed, within bounds [F-18]', async () => {
  for (const [asked, told] of [
    ['17', 17],
    ['0', 1],
    ['99999', 300],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 5],
  ] as const) {
    azure.instead = status(503, { 'retry-after': asked });
    const outcome = await newLogin()();
    assert.equal(outcome.kind === 'unavailable' && outcome.retryAfterSeconds, told);
  }
});

test('what can go wrong before anything is sent: names, addresses, connections, certificates [F-18] [T-33]', async () => {
  const nowhere: Resolver = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  };
  const linkLocal: Resolver = async () => [{ address: '169.254.169.254', family: 4 }];
  const slow: Resolver = () => new Promise(() => {});
  // Nobody listens at the first of all ports, and no system gives it to anybody.
  const unused = 'https://localhost:1';
  const reasons = [];
  for (const settings of [
    { resolver: nowhere },
    { resolver: slow, limits: IMPATIENT },
    { resolver: linkLocal },
    { loginUrl: unused },
    { loginUrl: azure.origin.replace('localhost', 'other.example.test') },
  ]) {
    const outcome = await newLogin(settings)();
    reasons.push(outcome.kind === 'unavailable' && outcome.reason);
  }
  assert.deepEqual(reasons, [
    'directory-name-not-found',
    'directory-connect-timeout',
    'directory-address-refused',
    'directory-connect-failed',
    'directory-tls-failed',
  ]);
  assert.deepEqual(azure.passwords(), []);
});

test('a connection that fails to open is tried once more, and the password is sent once [F-18]', async () => {
  let asked = 0;
  // Nobody listens at the first address.
  const resolve: OutgoingAddresses['resolve'] = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
  };
  const driver = createAzureAdDriver({ clock, addresses: { resolve }, limits: LIMITS });
  drivers.push(driver);
  const options = azureAdOptionsOf({
    client_id: AZURE_CLIENT,
    client_secret: AZURE_SECRET,
    tenant_domain: 'example.onmicrosoft.com',
    login_url: azure.origin,
  });
  const outcome = await askDirectory(driver, connectionOf('waad', options), 'sam@example.com', 'right');
  assert.equal(outcome.kind, 'accepted');
  assert.deepEqual(azure.passwords(), ['right']);
});

test('after five failures nothing is asked for ten seconds, and then once [F-18]', async () => {
  const logIn = newLogin();
  await logIn();
  azure.seen.splice(0);
  azure.instead = status(503);
  for (let failure = 0; failure < 5; failure += 1) await logIn();
  assert.equal(azure.seen.length, 5);
  const resting = {
    kind: 'unavailable',
    reason: 'directory-breaker-open',
    directoryFailed: true,
    isResting: true,
    retryAfterSeconds: 10,
  };
  assert.deepEqual(await logIn(), resting);
  clock.advance(9999);
  assert.equal((await logIn()).kind, 'unavailable');
  assert.equal(azure.seen.length, 5);
  clock.advance(1);
  const both = await Promise.all([logIn(), logIn()]);
  assert.equal(azure.seen.length, 6, 'one is let through to see');
  assert.ok(both.every(({ kind }) => kind === 'unavailable'));
  clock.advance(10_000);
  azure.instead = null;
  assert.equal((await logIn()).kind, 'accepted');
  assert.equal((await logIn()).kind, 'accepted');
});

test('wrong passwords and wrong settings open no breaker', async () => {
  const logIn = newLogin();
  for (const answer of [code(50126), code(7000215), code(50196), code(99999)]) {
    azure.instead = answer;
    for (let round = 0; round < 6; round += 1) await logIn();
  }
  azure.instead = null;
  assert.equal((await logIn()).kind, 'accepted');
});

test('an outage is no way in: the password of a moment ago is not remembered [T-16]', async () => {
  const logIn = newLogin();
  assert.equal((await logIn()).kind, 'accepted');
  azure.instead = HUNG_UP;
  assert.equal((await logIn()).kind, 'unavailable');
});

test('refusals of every cause are held to what wrong passwords take [T-02]', async () => {
  const logIn = newLogin();
  const taking = (milliseconds: number, number: number): Answer =>
    onToken((_, response) => {
      clock.advance(milliseconds);
      refuse(response, number, 'invalid_grant');
    });
  azure.instead = taking(400, 50126);
  await logIn();
  clock.slept.splice(0);
  for (const number of [50034, 50053, 50076, 50126]) {
    azure.instead = taking(30, number);
    await logIn();
  }
  assert.deepEqual(clock.slept, [370, 370, 370, 370]);
});

test('every number in the table has a meaning and a sentence', () => {
  for (const number of KNOWN_CODES) {
    const { code: found, words } = azureAdErrorOf({ error_codes: [number] });
    assert.equal(found, number);
    assert.match(words, /^[A-Zct].*\.$/);
    const fromText = azureAdErrorOf({ error_description: `AADSTS${number}: Something.` });
    assert.deepEqual(fromText, azureAdErrorOf({ error_codes: [number] }));
  }
  for (const odd of [{}, { error_codes: ['50126'] }, { error_codes: [], error_description: 'see AADSTS50126:' }])
    assert.equal(azureAdErrorOf(odd).meaning.kind, 'unavailable');
});
